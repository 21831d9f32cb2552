package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Level;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/**
 * A browser with one tab, used as a person uses it: what is clicked is found by its words and must be in sight, what is typed goes
 * into the field with that label. Every step waits until it can be done. One thread.
 */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("millrace.test.patience", 20));
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Class<? extends Throwable>> NOT_YET = List.of(
            NoSuchElementException.class,
            StaleElementReferenceException.class,
            ElementNotInteractableException.class,
            ElementClickInterceptedException.class);

    private static final String NETWORK_CHANGED = "ERR_NETWORK_CHANGED";

    private final String base;
    private final ChromeDriver driver;
    private final List<String> expected = new ArrayList<>();

    /**
     * @param base address of what is looked at, without a path
     * @param profile an empty directory
     */
    Browser(BrowserPrograms programs, String base, Path profile) {
        this.base = base;
        driver = programs.start(profile);
        desktop();
    }

    /** Again where the machine's network has changed meanwhile: containers come and go beside tests, and Chromium then drops what is open. */
    void open(String path) {
        driver.get(base + path);
        if (text().contains(NETWORK_CHANGED)) {
            driver.get(base + path);
        }
    }

    /** The page before asks for nothing more. */
    void leave() {
        driver.get("about:blank");
    }

    void reload() {
        driver.navigate().refresh();
    }

    String path() {
        return driver.getCurrentUrl().substring(base.length());
    }

    /** Presses the button with these words, or this name for those who hear it. */
    void press(String button) {
        click(By.xpath(Words.button(button)));
    }

    void pressIn(String css, String button) {
        step(By.cssSelector(css), part -> part.findElement(
                        By.xpath(Words.button(button).replace("//", ".//")))
                .click());
    }

    void follow(String link) {
        click(By.xpath(Words.link(link)));
    }

    void click(By what) {
        step(what, WebElement::click);
    }

    /** Into the field with that label, in place of what was there. */
    void type(String label, String text) {
        step(By.xpath(Words.field(label)), field -> {
            field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
            field.sendKeys(text);
        });
    }

    /** In place of all that is in the field, also of many lines, at once. */
    void typeAll(String label, String text) {
        step(By.xpath(Words.field(label)), field -> {
            field.sendKeys(Keys.chord(Keys.CONTROL, "a"));
            tell("Input.insertText", Map.of("text", text));
        });
    }

    void typeAtEnd(String label, String text) {
        step(By.xpath(Words.field(label)), field -> {
            field.sendKeys(Keys.chord(Keys.CONTROL, Keys.END));
            tell("Input.insertText", Map.of("text", text));
        });
    }

    /** What is in the field. */
    String value(String label) {
        AtomicReference<String> value = new AtomicReference<>("");
        step(
                By.xpath(Words.field(label)),
                field -> value.set(Objects.requireNonNullElse(field.getDomProperty("value"), "")));
        return Objects.requireNonNull(value.get());
    }

    /** What the field says is wrong with it, once it says so. */
    String wrongAt(String label) {
        AtomicReference<String> wrong = new AtomicReference<>("");
        step(
                By.xpath(Words.field(label) + "[@aria-invalid='true']"),
                field -> wrong.set(String.valueOf(run(
                        "return (arguments[0].getAttribute('aria-describedby') ?? '').split(' ').map(id => document.getElementById(id)?.innerText ?? '').join(' ')",
                        field))));
        return Objects.requireNonNull(wrong.get());
    }

    void choose(String label, String option) {
        step(By.xpath(Words.field(label)), select -> select.findElement(
                        By.xpath(".//option[normalize-space()=" + Words.quoted(option) + "]"))
                .click());
    }

    /** On whatever has the focus. */
    void keys(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Goes on by Tab until what has the focus is called that. */
    void tabTo(String name) {
        List<String> passed = new ArrayList<>();
        while (passed.size() < 100) {
            keys(Keys.TAB);
            String at =
                    Objects.requireNonNullElse(driver.switchTo().activeElement().getAccessibleName(), "");
            if (at.equals(name)) {
                return;
            }
            passed.add(at);
        }
        throw new AssertionError(name + " is not reached by Tab: " + passed);
    }

    private static ConditionFactory patiently() {
        return await().atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50));
    }

    private void step(By what, Consumer<WebElement> act) {
        patiently().untilAsserted(() -> {
            try {
                act.accept(driver.findElements(what).stream()
                        .filter(this::isInSight)
                        .findFirst()
                        .orElseThrow(() -> new NoSuchElementException("none in sight")));
            } catch (WebDriverException e) {
                if (NOT_YET.stream().noneMatch(kind -> kind.isInstance(e))) {
                    throw e;
                }
                throw new AssertionError(what + " on " + path() + ": " + e.getMessage(), e);
            }
        });
    }

    /** Nothing can be used that is behind an open dialog. */
    private boolean isInSight(WebElement element) {
        return element.isDisplayed()
                && Boolean.TRUE.equals(run(
                        "const dialog = document.querySelector('dialog:modal'); return !dialog || dialog.contains(arguments[0])",
                        element));
    }

    /** What a person reads on the page now. */
    String text() {
        return String.valueOf(run("return document.body.innerText"));
    }

    /** What is in sight of these elements, each as its text. */
    List<String> texts(String css) {
        Object found = run(
                "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.innerText.trim())",
                css);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    /** Until nothing says any more that it is being loaded, and two frames have been painted after that. */
    void settled() {
        waitFor("document.querySelectorAll('[aria-busy=true]').length", 0L);
        var unused = runAsync("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))");
    }

    /** Until the expression is that. */
    void waitFor(String expression, Object expected) {
        patiently()
                .untilAsserted(() ->
                        assertThat(run("return " + expression)).as(expression).isEqualTo(expected));
    }

    void see(String... words) {
        patiently().untilAsserted(() -> assertThat(text()).contains(words));
    }

    void seeNo(String words) {
        patiently().untilAsserted(() -> assertThat(text()).doesNotContain(words));
    }

    /** The one heading that says which page this is. */
    void seePage(String heading) {
        patiently().untilAsserted(() -> assertThat(texts("h1")).containsExactly(heading));
    }

    /** The result of a script's {@code return}; empty text if it has none. */
    Object run(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
    }

    /** What the script hands to the function that it gets as its last argument. */
    Object runAsync(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeAsyncScript(script, arguments), "");
    }

    void desktop() {
        size(1280, 900, false);
    }

    void phone() {
        size(390, 844, true);
    }

    private void size(int width, int height, boolean mobile) {
        tell(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    /** What the system of its owner prefers. */
    void prefers(String colours) {
        tell(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    /** Forgets who was signed in. */
    void forget() {
        tell("Network.clearBrowserCookies", Map.of());
    }

    /** A command of the browser's own (Chrome DevTools Protocol). */
    Map<String, Object> tell(String command, Map<String, Object> parameters) {
        return driver.executeCdpCommand(command, parameters);
    }

    /** As {@code target/screenshots/NAME.png}. */
    Path screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            return Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Complaints with these words are what a story is about, until they are asked for. */
    void expect(String words) {
        expected.add(words);
    }

    /** What the browser has complained of since this was last asked: errors of scripts, refused requests, breaches of the policy. */
    List<String> complaints() {
        List<String> told = driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains(NETWORK_CHANGED))
                .filter(message -> expected.stream().noneMatch(message::contains))
                .toList();
        expected.clear();
        return told;
    }

    /** Waits until nothing of that kind is in sight. */
    void gone(String css) {
        patiently().untilAsserted(() -> assertThat(texts(css)).as(css).isEmpty());
    }

    @Override
    public void close() {
        driver.quit();
    }
}
