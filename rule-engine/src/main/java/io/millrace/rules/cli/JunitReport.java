package io.millrace.rules.cli;

import io.millrace.rules.testing.Failure;
import io.millrace.rules.testing.TestResult;
import io.millrace.rules.testing.TestSuite;
import java.io.StringWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Rule tests as the XML that build servers read: one suite a file, one case a test; a file with errors is a case in error. */
final class JunitReport {

    private final XMLStreamWriter xml;

    private JunitReport(XMLStreamWriter xml) {
        this.xml = xml;
    }

    static String of(TestSuite.Result result) {
        StringWriter text = new StringWriter();
        try {
            new JunitReport(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text)).write(result);
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("written to memory", impossible);
        }
        return text.toString();
    }

    private void write(TestSuite.Result result) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        for (TestSuite.FileResult file : result.files()) {
            int errors = file.problems().isEmpty() ? 0 : 1;
            long failed = file.tests().stream().filter(test -> !test.passed()).count();
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", file.name());
            xml.writeAttribute("tests", Integer.toString(file.tests().size() + errors));
            xml.writeAttribute("failures", Long.toString(failed));
            xml.writeAttribute("errors", Integer.toString(errors));
            if (errors > 0) {
                xml.writeStartElement("testcase");
                xml.writeAttribute("name", "reads");
                xml.writeAttribute("classname", file.name());
                complain(
                        "error",
                        file.problems().get(0).headline(),
                        file.problems().stream().map(Object::toString).collect(Collectors.joining("\n")));
                xml.writeEndElement();
            }
            for (TestResult test : file.tests()) {
                write(test, file.name());
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void write(TestResult test, String file) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", clean(test.name()));
        xml.writeAttribute("classname", file);
        xml.writeAttribute("file", file);
        xml.writeAttribute("line", Integer.toString(test.position().line()));
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.6f", test.nanos() / 1e9));
        for (Failure failure : test.failures()) {
            complain("failure", failure.headline(), String.join("\n", failure.story()));
        }
        xml.writeEndElement();
    }

    private void complain(String element, String message, String text) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("message", clean(message));
        xml.writeCharacters(clean(text));
        xml.writeEndElement();
    }

    /** Without the control characters that XML 1.0 cannot hold. */
    private static String clean(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "\ufffd");
    }
}
