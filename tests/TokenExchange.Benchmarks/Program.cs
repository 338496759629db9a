using TokenExchange.Benchmarks;

// Each name is one measurement with its baselines in the same run. Nothing here is asserted: machines are noisy, and people read the figures.
switch (args)
{
    case ["timing", .. var rest]:
        await Timing.RunAsync(rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 2000);
        return 0;
    default:
        Console.Error.WriteLine("Name a measurement: timing [requests per row, default 2000]");
        return 1;
}
