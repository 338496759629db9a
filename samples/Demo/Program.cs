// The whole main job, told step by step: an agent lends a session, a relying app honours it, and every way it could go wrong is refused.
// Starts everything on free loopback ports in a temporary folder; --stay keeps it running afterwards.
using System.Globalization;
using Demo;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

await using var world = await DemoWorld.StartAsync();
var failed = await Story.TellAsync(world);
if (args.Contains("--stay"))
{
    await world.StayAsync();
}

return failed == 0 ? 0 : 1;
