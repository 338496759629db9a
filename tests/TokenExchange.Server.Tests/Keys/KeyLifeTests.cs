using TokenExchange.Server.Keys;
using TokenExchange.Storage.Keys;

namespace TokenExchange.Server.Tests.Keys;

/// <summary>Where a key is in its life follows from what is stored and the time, and from nothing else.</summary>
public sealed class KeyLifeTests
{
    private static readonly DateTimeOffset s_start = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    // Minutes after the start; the second key was made at minute 100 with a lead of ten.
    [Theory]
    [InlineData(-1, "next active")]
    [InlineData(0, "next active")]
    [InlineData(109.999, "next active")]
    [InlineData(110, "active retired")]
    [InlineData(174.999, "active retired")]
    [InlineData(175, "active gone")]
    [InlineData(100_000, "active gone")]
    public void A_rotation_runs_by_itself(double minutes, string states) =>
        States([Key(2, createdAt: 100, activeFrom: 110), Key(1)], minutes).ShouldBe(states);

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void The_only_key_signs_whatever_a_clock_says(double minutes) => States([Key(1)], minutes).ShouldBe("active");

    // A node whose clock is behind must not be left without a key, and must not go back to one that was withdrawn.
    [Theory]
    [InlineData(49.9)]
    [InlineData(50)]
    public void After_a_replacement_the_new_key_signs_on_every_node(double minutes) =>
        States([Key(3, 50, 50), Key(2, 45, 55) with { WithdrawnAt = At(50) }, Key(1) with { WithdrawnAt = At(50) }], minutes).ShouldBe("active withdrawn withdrawn");

    [Fact]
    public void The_next_rotation_after_a_replacement_is_an_ordinary_one() =>
        States([Key(3, 60, 70), Key(2, 50, 50), Key(1) with { WithdrawnAt = At(50) }], 65).ShouldBe("next active withdrawn");

    [Fact]
    public void Each_key_says_when_what_happens_to_it()
    {
        var (withdrawn, first, second, third) = (Key(1) with { WithdrawnAt = At(5) }, Key(2, 5, 5), Key(3, 100, 110), Key(4, 120, 130));

        KeyLife.At([third, second, first, withdrawn], At(125)).ShouldBe(
        [
            new(third.KeyId, "ES256", KeyState.Next, At(120), At(130), null, null, null),
            new(second.KeyId, "ES256", KeyState.Active, At(100), At(110), At(130), At(195), null),
            new(first.KeyId, "ES256", KeyState.Retired, At(5), At(5), At(110), At(175), null),
            new(withdrawn.KeyId, "ES256", KeyState.Withdrawn, At(0), At(0), null, At(5), At(5)),
        ]);
    }

    [Fact]
    public void Of_no_keys_there_is_nothing_to_say() => KeyLife.At([], s_start).ShouldBeEmpty();

    [Fact]
    public void A_retired_key_outlives_the_longest_token() => KeyLife.PublishedFor.ShouldBe(TimeSpan.FromMinutes(65));

    private static DateTimeOffset At(double minutes) => s_start.AddMinutes(minutes);

    private static StoredSigningKey Key(int generation, double createdAt = 0, double activeFrom = 0) => new($"key-{generation}", generation, "ES256", [], At(createdAt), At(activeFrom));

    private static string States(IReadOnlyList<StoredSigningKey> keys, double minutes) =>
        string.Join(' ', KeyLife.At(keys, At(minutes)).Select(k => k.State.ToString().ToLowerInvariant()));
}
