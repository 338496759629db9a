using System.Net;

namespace TokenExchange.Core.Policies;

/// <summary>
/// When a policy applies. Data, not code, so that it can be shown, compared and replayed. What cannot be known counts against the agent:
/// a permit's condition then fails, a deny's condition then holds.
/// </summary>
public abstract record Condition
{
    /// <summary>Whether the condition holds; null when the question does not say enough to know.</summary>
    public abstract bool? Holds(PolicyQuestion question);

    /// <summary>On these days, between these hours, in this zone.</summary>
    /// <param name="Days">Days the window starts on.</param>
    /// <param name="From">First minute.</param>
    /// <param name="To">First minute no longer in it; not after <paramref name="From"/> means the next day.</param>
    /// <param name="Zone">Time zone.</param>
    public sealed record TimeWindow(IReadOnlySet<DayOfWeek> Days, TimeOnly From, TimeOnly To, TimeZoneInfo Zone) : Condition
    {
        /// <inheritdoc />
        public override bool? Holds(PolicyQuestion question)
        {
            var local = TimeZoneInfo.ConvertTime(question.Now, Zone);
            var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
            var overnight = To <= From;
            if (time >= From && (overnight || time < To))
            {
                return Days.Contains(local.DayOfWeek);
            }

            return overnight && time < To && Days.Contains((DayOfWeek)(((int)local.DayOfWeek + 6) % 7));
        }

        /// <inheritdoc />
        public override string ToString() =>
            $"time window {string.Join(',', Days.Order().Select(d => d.ToString()[..3]))} {From:HH\\:mm}-{To:HH\\:mm} {Zone.Id}";
    }

    /// <summary>The agent calls from one of these networks.</summary>
    /// <param name="Networks">CIDR blocks; an IPv4 address mapped into IPv6 counts as IPv4.</param>
    public sealed record SourceNetwork(IReadOnlyList<IPNetwork> Networks) : Condition
    {
        /// <inheritdoc />
        public override bool? Holds(PolicyQuestion question)
        {
            if (question.Source is not { } source)
            {
                return null;
            }

            var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
            return Networks.Any(n => n.Contains(address));
        }

        /// <inheritdoc />
        public override string ToString() => $"source network {string.Join(", ", Networks)}";
    }

    /// <summary>A verified claim has exactly this one value.</summary>
    /// <param name="Claim">Claim name.</param>
    /// <param name="Value">Value, compared exactly.</param>
    public sealed record ClaimEquals(string Claim, string Value) : Condition
    {
        /// <inheritdoc />
        public override bool? Holds(PolicyQuestion question) =>
            question.Subject.Claims.TryGetValue(Claim, out var values) ? values.Count == 1 && string.Equals(values[0], Value, StringComparison.Ordinal) : null;

        /// <inheritdoc />
        public override string ToString() => $"claim {Claim} equals {Value}";
    }

    /// <summary>A verified claim has this among its values.</summary>
    /// <param name="Claim">Claim name.</param>
    /// <param name="Value">Value, compared exactly.</param>
    public sealed record ClaimContains(string Claim, string Value) : Condition
    {
        /// <inheritdoc />
        public override bool? Holds(PolicyQuestion question) =>
            question.Subject.Claims.TryGetValue(Claim, out var values) ? values.Contains(Value, StringComparer.Ordinal) : null;

        /// <inheritdoc />
        public override string ToString() => $"claim {Claim} contains {Value}";
    }
}
