package io.millrace.rules.cli;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Problem;
import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A check as the XML that build servers read: one suite a file, one failed case a problem, or one that passed. Warnings fail under
 * {@code --strict}; otherwise their cases are told as skipped.
 */
final class CheckJunit {

    private final XMLStreamWriter xml;
    private final boolean strict;

    private CheckJunit(XMLStreamWriter xml, boolean strict) {
        this.xml = xml;
        this.strict = strict;
    }

    static String of(RuleFiles.Loaded loaded, boolean strict) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new CheckJunit(xml, strict).write(loaded);
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("written to memory", impossible);
        }
        return text.toString();
    }

    private void write(RuleFiles.Loaded loaded) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        for (RuleFiles.FileResult file : loaded.files()) {
            List<Problem> problems = file.problems();
            long failures = problems.stream().filter(this::fails).count();
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", clean(file.name()));
            xml.writeAttribute("tests", Integer.toString(Math.max(1, problems.size())));
            xml.writeAttribute("failures", Long.toString(failures));
            xml.writeAttribute("skipped", Long.toString(problems.size() - failures));
            if (problems.isEmpty()) {
                begin(file.name(), "rules check", 1);
                xml.writeEndElement();
            }
            for (Problem problem : problems) {
                write(problem);
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private boolean fails(Problem problem) {
        return strict || problem.level() == Problem.Level.ERROR;
    }

    private void write(Problem problem) throws XMLStreamException {
        String place =
                " at " + problem.position().line() + ":" + problem.position().column();
        begin(
                problem.position().file(),
                problem.code() + problem.subject() + place,
                problem.position().line());
        xml.writeStartElement(fails(problem) ? "failure" : "skipped");
        xml.writeAttribute("message", clean(problem.message()));
        xml.writeCharacters(clean(problem.toString()));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void begin(String file, String name, int line) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", clean(name));
        xml.writeAttribute("classname", clean(file));
        xml.writeAttribute("file", clean(file));
        xml.writeAttribute("line", Integer.toString(line));
    }

    /** Without the control characters that XML 1.0 cannot hold. */
    private static String clean(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "\ufffd");
    }
}
