package io.millrace.standalone;

/** What all stories told to the one browser have in common. */
interface ConsoleStories {
    ConsoleRig rig();

    default Browser browser() {
        return rig().browser;
    }
}
