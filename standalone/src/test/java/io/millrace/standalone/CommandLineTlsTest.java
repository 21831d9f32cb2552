package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line and a server whose certificate is of an authority that Java does not know. */
@Timeout(60)
class CommandLineTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path dir;

    private static HttpsServer server;
    private static Path certificate;

    @BeforeAll
    static void start() throws Exception {
        KeyStore keys = selfSigned("san=ip:127.0.0.1");
        certificate = Files.writeString(
                dir.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("key").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/api/v1/devices", exchange -> {
            byte[] page = "{\"items\":[{\"id\":\"behind-tls\"}]}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static KeyStore selfSigned(String name) throws Exception {
        Path store = dir.resolve("keys.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=of-our-own",
                        "-ext",
                        name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome list(String url, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Millrace.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> arguments = new java.util.ArrayList<>(List.of("devices", "list", "--url", url, "--api-key", "k"));
        arguments.addAll(List.of(more));
        int exitCode = line.execute(arguments.toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString().strip());
    }

    private static String url(String scheme, String host) {
        return scheme + "://" + host + ":" + server.getAddress().getPort();
    }

    @Test
    void aServerIsTrustedByTheAuthorityThatIsGiven() {
        Outcome listed = list(url("https", "127.0.0.1"), "--ca", certificate.toString());

        assertThat(listed.exitCode()).as(listed.err()).isZero();
        assertThat(listed.out()).contains("behind-tls");
    }

    @Test
    void withoutItTheCommandSaysHowToGiveIt() {
        Outcome untrusted = list(url("https", "127.0.0.1"));

        assertThat(untrusted.exitCode()).isEqualTo(1);
        assertThat(untrusted.err())
                .isEqualTo("millrace: the certificate of " + url("https", "127.0.0.1")
                        + " is not trusted (if it is of an authority of your own, give its PEM file with --ca)");
    }

    @Test
    void aCertificateOfAnotherNameIsRefusedEvenIfItsAuthorityIsTrusted() {
        Outcome other = list(url("https", "localhost"), "--ca", certificate.toString());

        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("is not for that name").contains("localhost");
    }

    @Test
    void whoSpeaksTlsToWhomItIsNotIsAskedForTheScheme() {
        Outcome plain = list(url("http", "127.0.0.1"));

        assertThat(plain.exitCode()).isEqualTo(1);
        assertThat(plain.err()).contains("is it an https:// address?");
    }

    @Test
    void aFileThatIsNoCertificateIsNamed() throws Exception {
        Path none = Files.writeString(dir.resolve("none.pem"), "nothing");

        Outcome wrong = list(url("https", "127.0.0.1"), "--ca", none.toString());
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("millrace: --ca " + none + ": no certificates in PEM");
        Outcome absent = list(
                url("https", "127.0.0.1"), "--ca", dir.resolve("absent.pem").toString());
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.err()).endsWith("absent.pem: no such file");
    }
}
