namespace TokenExchange.Architecture.Tests;

public sealed class FileLengthTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("file-lengths-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public void No_source_file_hides_a_second_room()
    {
        FileLengths.Sources(Repository.PathOf("src")).ShouldNotBeEmpty();

        FileLengths.TooLong(Repository.PathOf("src")).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_one_line_too_long_is_seen()
    {
        Write("Room.cs", FileLengths.MostLines);
        Write("TwoRooms.cs", FileLengths.MostLines + 1);
        Write(Path.Combine("obj", "Generated.cs"), FileLengths.MostLines + 1);
        Write(Path.Combine("wwwroot", "lib", "vendored.js"), FileLengths.MostLines + 1);

        FileLengths.TooLong(_scratch).ShouldBe([$"TwoRooms.cs has {FileLengths.MostLines + 1} lines"]);
    }

    private void Write(string name, int lines)
    {
        var path = Path.Combine(_scratch, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, Enumerable.Repeat("// a line", lines));
    }
}
