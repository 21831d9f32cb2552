package io.millrace.commands.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All files of the console, read from the class path once. What they contain makes the folder in which browsers see them, so these may keep
 * them for ever. Unmodifiable.
 */
final class ConsoleFiles {
    private static final String ROOT = "/console/";
    private static final String PAGE = "index.html";
    private static final int HASH_DIGITS = 12;
    /** The charts' library, from its WebJar: resource by name below the folder of the console. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "lib/uplot/uPlot.esm.js", "dist/uPlot.esm.js",
            "lib/uplot/uPlot.min.css", "dist/uPlot.min.css");

    private final String folder;
    private final ConsoleFile page;
    private final Map<String, ConsoleFile> files;

    private ConsoleFiles(Map<String, byte[]> contents) {
        folder = "/assets/" + hash(contents);
        String html = new String(contents.getOrDefault(PAGE, new byte[0]), UTF_8);
        page = ConsoleFile.of(PAGE, html.replace("{{assets}}", folder).getBytes(UTF_8));
        Map<String, ConsoleFile> all = new TreeMap<>();
        contents.forEach((name, bytes) -> all.put(name, ConsoleFile.of(name, bytes)));
        all.remove(PAGE);
        files = Map.copyOf(all);
    }

    /** @throws UncheckedIOException if they cannot be read: the build is broken */
    static ConsoleFiles read() {
        Map<String, byte[]> contents = new TreeMap<>();
        try {
            URL page = ConsoleFiles.class.getResource(ROOT + PAGE);
            if (page == null) {
                throw new IllegalStateException("the class path has no console");
            }
            if (page.openConnection() instanceof JarURLConnection jar) {
                try (FileSystem zip =
                        FileSystems.newFileSystem(Path.of(jar.getJarFileURL().toURI()))) {
                    collect(zip.getPath(ROOT), contents);
                }
            } else {
                collect(Path.of(page.toURI()).resolveSibling("."), contents);
            }
            String version = webJarVersion();
            for (Map.Entry<String, String> library : LIBRARIES.entrySet()) {
                contents.put(
                        library.getKey(),
                        resource("/META-INF/resources/webjars/uplot/" + version + "/" + library.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return new ConsoleFiles(contents);
    }

    private static void collect(Path root, Map<String, byte[]> contents) throws IOException {
        Path folder = root.normalize();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(one).toString().replace('\\', '/'), Files.readAllBytes(one));
            }
        }
    }

    private static String webJarVersion() throws IOException {
        Properties properties = new Properties();
        properties.load(new ByteArrayInputStream(resource("/META-INF/maven/org.webjars.npm/uplot/pom.properties")));
        return properties.getProperty("version");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            return in.readAllBytes();
        }
    }

    private static String hash(Map<String, byte[]> contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            contents.forEach((name, bytes) -> {
                digest.update(name.getBytes(UTF_8));
                digest.update((byte) 0);
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one page, which all addresses of the console begin with. */
    ConsoleFile page() {
        return page;
    }

    /** Below which files are, such as {@code /assets/0123456789ab}. */
    String folder() {
        return folder;
    }

    /** @param path as the browser asks, such as {@code /assets/0123456789ab/js/main.js} */
    Optional<ConsoleFile> at(String path) {
        return path.startsWith(folder + "/")
                ? Optional.ofNullable(files.get(path.substring(folder.length() + 1)))
                : Optional.empty();
    }
}
