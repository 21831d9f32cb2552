package io.millrace.standalone;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Where this machine has a browser and what drives it. Both come from the system's packages: they must be of one version, and no test
 * downloads a program.
 */
record BrowserPrograms(Path browser, Path driver) {
    static final String MISSING = "no browser here: chromium and chromedriver are not on the path"
            + " (Debian: apt-get install chromium chromium-driver), so the console was not tested";

    static Optional<BrowserPrograms> here() {
        Optional<Path> driver = onPath("chromedriver");
        return List.of("chromium", "chromium-browser", "google-chrome").stream()
                .flatMap(name -> onPath(name).stream())
                .findFirst()
                .flatMap(browser -> driver.map(found -> new BrowserPrograms(browser, found)));
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A browser without a window, whose log is kept whole. @param profile an empty directory */
    ChromeDriver start(Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(browser.toFile())
                .addArguments(
                        "--headless=new",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--lang=en-GB",
                        "--user-data-dir=" + profile);
        if (asRoot()) {
            options.addArguments("--no-sandbox");
        }
        options.setCapability("goog:loggingPrefs", logs);
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
    }

    /** Chromium's sandbox does not work for root. */
    private static boolean asRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
