import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * {@code java Slim.java FROM TO}: copies the jars of a directory without native libraries of other systems than this one, which are half of
 * them. A jar that would be left without any of its own stays as it is.
 */
final class Slim {
    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|jnilib|dylib|a)");
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final Pattern OURS = Pattern.compile(
            ARM ? "(?i).*linux[-_/]?(aarch64|aarch_64|arm64)[^/]*(/.*)?" : "(?i).*linux[-_/]?(64|amd64|x86_64)[^/]*(/.*)?");

    public static void main(String[] args) throws IOException {
        Path to = Files.createDirectories(Path.of(args[1]));
        try (var jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
            for (Path jar : jars) {
                copy(jar, to.resolve(jar.getFileName()));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (ZipFile jar = new ZipFile(from.toFile())) {
            List<? extends ZipEntry> natives = jar.stream().filter(Slim::isNative).toList();
            if (natives.stream().noneMatch(Slim::isOurs)) {
                Files.copy(from, to);
                return;
            }
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
                for (ZipEntry entry : jar.stream().toList()) {
                    if (!isNative(entry) || isOurs(entry)) {
                        ZipEntry kept = new ZipEntry(entry.getName());
                        kept.setTime(entry.getTime());
                        out.putNextEntry(kept);
                        jar.getInputStream(entry).transferTo(out);
                        out.closeEntry();
                    }
                }
            }
        }
    }

    private static boolean isNative(ZipEntry entry) {
        return NATIVE.matcher(entry.getName()).matches();
    }

    private static boolean isOurs(ZipEntry entry) {
        return OURS.matcher(entry.getName()).matches() && !entry.getName().contains("musl");
    }
}
