package io.millrace.rules.language;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A short SHA-256 of what was written, blind to comments, quoting style and line breaks. */
final class Digest {

    private final StringBuilder text = new StringBuilder();

    @CanIgnoreReturnValue
    Digest add(String part) {
        text.append(part.length()).append(':').append(part);
        return this;
    }

    @CanIgnoreReturnValue
    Digest add(Node node) {
        if (node instanceof ScalarNode scalar) {
            return add(scalar.getTag().getValue()).add(scalar.getValue());
        }
        if (node instanceof SequenceNode sequence) {
            text.append('[');
            for (Node element : sequence.getValue()) {
                add(element);
            }
            text.append(']');
        } else if (node instanceof MappingNode map) {
            text.append('{');
            for (NodeTuple pair : map.getValue()) {
                add(pair.getKeyNode()).add(pair.getValueNode());
            }
            text.append('}');
        }
        return this;
    }

    /** 16 hexadecimal digits. */
    String hex() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }
}
