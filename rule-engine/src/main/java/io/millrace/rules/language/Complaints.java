package io.millrace.rules.language;

import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.rules.source.SourcePosition;
import io.millrace.rules.source.SourceText;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Puts what is wrong with a YAML node to its place in the file. */
final class Complaints {

    private final SourceText source;
    private final Problems problems;

    Complaints(SourceText source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    void error(Entries.Entry entry, String code, String message, String help) {
        error(entry.value(), code, entry.subject(), message, help);
    }

    void error(Node node, String code, Subject subject, String message, String help) {
        int start = ScalarPassage.start(node);
        int end = ScalarPassage.index(node.getEndMark());
        int span = node instanceof ScalarNode ? Math.max(1, end - start) : 1;
        problems.error(source.position(start), span, code, subject, message, help);
    }

    /** About a part of a text. */
    void error(Passage part, String code, Subject subject, String message, String help) {
        int length = part.text().codePointCount(0, part.text().length());
        problems.error(part.position(), length, code, subject, message, help);
    }

    /** Where a node begins. */
    SourcePosition position(Node node) {
        return source.position(ScalarPassage.start(node));
    }
}
