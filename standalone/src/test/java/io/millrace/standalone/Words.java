package io.millrace.standalone;

/** Where on a page something with these words is, as XPath. */
final class Words {
    private Words() {}

    static String button(String name) {
        return "(//button | //summary | //*[@role='button' or @role='tab' or @role='switch' or @role='menuitem'] | //input[@type='submit'])"
                + called(name);
    }

    static String link(String name) {
        return "//a[@href]" + called(name);
    }

    /** A label that holds its field, or names it. */
    static String field(String label) {
        String words = quoted(label);
        String named =
                "//label[normalize-space()=%1$s or .//*[normalize-space()=%1$s] or text()[normalize-space()=%1$s]]"
                        .formatted(words);
        return "(//*[self::input or self::select or self::textarea][@id=" + named + "/@for] | " + named
                + "//*[self::input or self::select or self::textarea] | //*[self::input or self::select or self::textarea][@aria-label="
                + words + "])";
    }

    private static String called(String name) {
        String words = quoted(name);
        return "[normalize-space()=%1$s or @aria-label=%1$s or @title=%1$s or @value=%1$s]".formatted(words);
    }

    static String quoted(String words) {
        return words.contains("'") ? "\"" + words + "\"" : "'" + words + "'";
    }
}
