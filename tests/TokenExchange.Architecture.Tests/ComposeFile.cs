using YamlDotNet.RepresentationModel;

namespace TokenExchange.Architecture.Tests;

/// <summary>
/// What can be known about a compose file without a container engine: that it parses, and that what its services refer to is there.
/// </summary>
internal sealed class ComposeFile
{
    private readonly YamlMappingNode _root;

    private ComposeFile(YamlMappingNode root) => _root = root;

    public static ComposeFile Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return new((YamlMappingNode)stream.Documents.Single().RootNode);
    }

    public IReadOnlyDictionary<string, YamlMappingNode> Services =>
        Entries(_root, "services").ToDictionary(entry => entry.Key, entry => (YamlMappingNode)entry.Value, StringComparer.Ordinal);

    /// <summary>The services a service waits for, with the condition it waits for.</summary>
    public static IReadOnlyDictionary<string, string> DependsOn(YamlMappingNode service) => Child(service, "depends_on") switch
    {
        YamlSequenceNode list => list.ToDictionary(item => item.ToString(), _ => "service_started", StringComparer.Ordinal),
        YamlMappingNode => Entries(service, "depends_on").ToDictionary(entry => entry.Key, entry => Text(entry.Value, "condition") ?? "service_started", StringComparer.Ordinal),
        _ => new Dictionary<string, string>(StringComparer.Ordinal),
    };

    public static IReadOnlyDictionary<string, string> Environment(YamlMappingNode service) =>
        Entries(service, "environment").ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.Ordinal);

    public static string? Text(YamlNode node, params IEnumerable<string> path)
    {
        var found = path.Aggregate((YamlNode?)node, (current, name) => current is null ? null : Child(current, name));
        return (found as YamlScalarNode)?.Value;
    }

    /// <summary>Everything that refers to something that is not there, one sentence each.</summary>
    public IReadOnlyList<string> Inconsistencies(string folder) =>
    [
        .. Services.SelectMany(service => Inconsistencies(service.Key, service.Value, folder)),
        .. Volumes.Except(Services.Values.SelectMany(NamedVolumes), StringComparer.Ordinal).Select(volume => $"nobody mounts the volume {volume}"),
    ];

    private IEnumerable<string> Volumes => Entries(_root, "volumes").Select(entry => entry.Key);

    private IEnumerable<string> Inconsistencies(string name, YamlMappingNode service, string folder)
    {
        if (Child(service, "build") is null && (Text(service, "image") is not { } image || !image.Contains(':', StringComparison.Ordinal) || image.EndsWith(":latest", StringComparison.Ordinal)))
        {
            yield return $"{name} neither builds nor pins an image";
        }

        if (Text(service, "build", "dockerfile") is { } dockerfile && !File.Exists(Path.Combine(folder, dockerfile)))
        {
            yield return $"{name} builds from {dockerfile}, which does not exist";
        }

        foreach (var (other, condition) in DependsOn(service))
        {
            if (!Services.TryGetValue(other, out var dependency))
            {
                yield return $"{name} waits for {other}, which does not exist";
            }
            else if (condition is "service_healthy" && Child(dependency, "healthcheck") is null)
            {
                yield return $"{name} waits for the health of {other}, which never tells";
            }
            else if (condition is "service_completed_successfully" && Text(dependency, "restart") is not (null or "no"))
            {
                yield return $"{name} waits for the end of {other}, which restarts";
            }
        }

        foreach (var volume in NamedVolumes(service).Except(Volumes, StringComparer.Ordinal))
        {
            yield return $"{name} mounts the volume {volume}, which does not exist";
        }

        foreach (var (key, value) in Environment(service))
        {
            if (key.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) && !value.StartsWith("${", StringComparison.Ordinal))
            {
                yield return $"{name} has the value of {key} written into the file";
            }
        }
    }

    private static IEnumerable<string> NamedVolumes(YamlMappingNode service) =>
        Child(service, "volumes") is YamlSequenceNode mounts
            ? mounts.Select(mount => mount.ToString().Split(':')[0]).Where(source => source is not ['.' or '/' or '~', ..])
            : [];

    private static IEnumerable<KeyValuePair<string, YamlNode>> Entries(YamlNode node, string name) =>
        Child(node, name) is YamlMappingNode map ? map.Select(entry => KeyValuePair.Create(entry.Key.ToString(), entry.Value)) : [];

    private static YamlNode? Child(YamlNode node, string name) =>
        node is YamlMappingNode map && map.Children.TryGetValue(name, out var child) ? child : null;
}
