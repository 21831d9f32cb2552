package io.millrace.rules.lint;

/** One kind of warning. Without state. */
interface Suspicion {

    void look(Suspects suspects, Warnings warnings);
}
