package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That the eyes of the console's tests see: each kind of fault, put on a page on purpose, is found. */
@Timeout(60)
class BrowserIT {
    private static final String HEAD =
            "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Trial</title>"
                    + "<link rel=icon href='data:,'><main><h1>Trial</h1>";

    @TempDir
    static Path profile;

    private static HttpServer server;
    private static Browser browser;
    private static volatile String page = "";

    @BeforeAll
    static void start() throws Exception {
        Optional<BrowserPrograms> programs = BrowserPrograms.here();
        assumeTrue(programs.isPresent(), BrowserPrograms.MISSING);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean found = exchange.getRequestURI().getPath().equals("/");
            byte[] body = (found ? page : "").getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders()
                    .add("Content-Security-Policy", "script-src 'self' 'nonce-n'; img-src 'self' data:");
            exchange.sendResponseHeaders(found ? 200 : 404, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        browser = new Browser(
                programs.orElseThrow(),
                "http://127.0.0.1:" + server.getAddress().getPort(),
                profile);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop(0);
        }
        if (browser != null) {
            browser.close();
        }
    }

    private static void show(String body) {
        page = HEAD + body + "</main>";
        browser.open("/");
        browser.seePage("Trial");
    }

    @Test
    void aPageWithoutFaultIsFoundWithoutFault() {
        show("<p>All is well.</p>");
        assertThat(browser.complaints()).isEmpty();
        assertThat(Accessibility.problems(browser)).isEmpty();
    }

    @Test
    void anErrorOfAScriptIsSeen() {
        show("<script nonce=n>nobody.knows()</script>");
        assertThat(browser.complaints()).anySatisfy(line -> assertThat(line).contains("nobody is not defined"));
    }

    @Test
    void aRefusedRequestIsSeen() {
        show("<script nonce=n>fetch('/not-there')</script>");
        await().untilAsserted(
                        () -> assertThat(String.join(" ", browser.complaints())).contains("/not-there", "404"));
    }

    @Test
    void aBreachOfThePolicyIsSeen() {
        show("<script>document.title = 'inline'</script>");
        assertThat(browser.complaints()).anySatisfy(line -> assertThat(line).contains("Content Security Policy"));
        assertThat(browser.run("return document.title")).isEqualTo("Trial");
    }

    @Test
    void aFieldWithoutALabelAndPaleWordsAreFound() {
        show("<input id=alone><p style='color:#bbb;background:#fff'>Hardly to be read</p>");
        assertThat(Accessibility.problems(browser))
                .anySatisfy(problem -> assertThat(problem).startsWith("label (critical) #alone"))
                .anySatisfy(problem -> assertThat(problem).startsWith("color-contrast (serious) p"));
    }

    @Test
    void whatIsHiddenOrCoveredCannotBePressed() {
        show("<button hidden>Save</button><button style='position:absolute;top:90px'>Send</button>"
                + "<div style='position:fixed;inset:0;background:#fff8'></div>");
        assertThat(browser.texts("button")).containsExactly("Send");
        Awaitility.setDefaultTimeout(Duration.ofSeconds(1));
        try {
            assertThatThrownBy(() -> browser.press("Save")).hasMessageContaining("none in sight");
            assertThatThrownBy(() -> browser.press("Send")).hasMessageContaining("intercepted");
        } finally {
            Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        }
    }

    @Test
    void whatIsTypedGoesIntoTheFieldWithThatLabel() {
        show(
                "<label for=a>User name</label><input id=a value=old><label>Role <select><option>viewer<option>admin</select></label>"
                        + "<output></output><script nonce=n>addEventListener('change', () => document.querySelector('output').value ="
                        + " [...document.querySelectorAll('input,select')].map(e => e.value).join(' '))</script>");
        browser.type("User name", "ada");
        browser.choose("Role", "admin");
        browser.see("ada admin");
    }

    @Test
    void sizeAndColoursAreThoseAskedForAndCanBeLookedAt() throws Exception {
        show(
                "<style>@media (max-width: 400px) {h1::after {content: ' small'}} @media (prefers-color-scheme: dark) {body {background: #000}}</style>");
        browser.phone();
        browser.prefers("dark");
        try {
            assertThat(browser.run("return innerWidth")).isEqualTo(390L);
            assertThat(browser.run("return getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(0, 0, 0)");
            assertThat(Files.size(browser.screenshot("trial"))).isPositive();
        } finally {
            browser.desktop();
            browser.prefers("light");
        }
    }

    @Test
    void aConnectionCanBeCut() {
        try (Wire wire = new Wire(server.getAddress().getPort())) {
            show(
                    "<script nonce=n>window.ask = url => fetch(url, {mode: 'no-cors'}).then(() => 'answered', () => 'cut')</script>");
            String ask = "ask('http://127.0.0.1:" + wire.port() + "/').then(arguments[0])";
            assertThat(browser.runAsync(ask)).isEqualTo("answered");
            wire.cut();
            assertThat(browser.runAsync(ask)).isEqualTo("cut");
            wire.mend();
            assertThat(browser.runAsync(ask)).isEqualTo("answered");
        }
    }
}
