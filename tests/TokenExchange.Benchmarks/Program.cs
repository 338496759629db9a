using TokenExchange.Benchmarks;

// Each name is one measurement with its baselines in the same run. Nothing here is asserted: machines are noisy, and people read the figures.
switch (args)
{
    case ["timing", .. var rest]:
        await Timing.RunAsync(rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 2000);
        return 0;
    case ["decision"]:
        Decision.Run();
        return 0;
    case ["validation"]:
        await Validation.RunAsync();
        return 0;
    case ["revocation", .. var rest]:
        await Revocation.RunAsync(rest is [var times] ? int.Parse(times, System.Globalization.CultureInfo.InvariantCulture) : 200);
        return 0;
    case ["pages", .. var rest]:
        await Pages.RunAsync(rest is [var records] ? int.Parse(records, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
        return 0;
    case ["live", .. var rest]:
        await LivePages.RunAsync(rest is [var old] ? int.Parse(old, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
        return 0;
    case ["screens", .. var rest]:
        await Screens.RunAsync(rest is [var many] ? int.Parse(many, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
        return 0;
    default:
        Console.Error.WriteLine("Name a measurement: decision, validation, pages [records, default 1000000], live [old delegations, default 1000000], screens [records and old delegations, default 1000000 of each], revocation [times, default 200], timing [requests per row, default 2000]");
        return 1;
}
