package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Coming in, and staying in. */
interface SignInStories extends ConsoleStories {
    @Test
    default void somebodySignsInAndIsWhereTheLinkLed() {
        rig().nobody("/devices");
        browser().seePage("Sign in to Millrace");
        rig().signIn(ConsoleRig.OPERATOR);
        browser().seePage("Devices");
        browser().see(ConsoleRig.OPERATOR);
    }

    @Test
    default void aWrongPasswordIsAnsweredThereAndWhatWasTypedStays() {
        rig().nobody("/");
        browser().expect("status of 401");
        browser().type("User name", ConsoleRig.VIEWER);
        browser().type("Password", "not hers");
        browser().press("Sign in");
        browser().see("unknown user or wrong password");
        assertThat(browser().run("return document.querySelector('input[autocomplete=username]').value"))
                .isEqualTo(ConsoleRig.VIEWER);
    }

    @Test
    default void aReloadedPageKnowsStillWhoItIsAndKeepsNoSecretWhereScriptsReadIt() {
        rig().as(ConsoleRig.OPERATOR, "/devices").seePage("Devices");
        browser().open("/alerts");
        browser().seePage("Alerts");
        assertThat(browser().run("return JSON.stringify([localStorage, sessionStorage, document.cookie])"))
                .asString()
                .doesNotContain("eyJ", "mrr_");
    }

    @Test
    default void aKeyboardIsEnoughToSignInAndToGoFromPageToPage() {
        rig().nobody("/");
        browser().seePage("Sign in to Millrace");
        browser().keys(ConsoleRig.VIEWER, Keys.TAB, "vera only looks", Keys.ENTER);
        browser().seePage("Overview");
        browser().tabTo("Devices");
        browser().keys(Keys.ENTER);
        browser().seePage("Devices");
        browser().waitFor("document.activeElement.tagName", "H1");
    }
}
