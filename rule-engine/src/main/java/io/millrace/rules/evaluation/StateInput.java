package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of a device's record being read; see {@link StateOutput}. */
final class StateInput extends DataInputStream {

    StateInput(byte[] bytes) {
        super(new ByteArrayInputStream(bytes));
    }

    boolean hasMore() throws IOException {
        return available() > 0;
    }

    /** The passage that begins here, read apart: however much of it is understood, what follows it is found. */
    StateInput passage() throws IOException {
        return new StateInput(readNBytes(readInt()));
    }

    Map<String, String> readTexts() throws IOException {
        int count = readShort();
        if (count == 0) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = count; i > 0; i--) {
            texts.put(readUTF(), readText());
        }
        return texts;
    }

    @Nullable
    Object readValue() throws IOException {
        return switch (readByte()) {
            case StateOutput.NUMBER -> readDouble();
            case StateOutput.FALSE -> false;
            case StateOutput.TRUE -> true;
            case StateOutput.TEXT -> readText();
            case StateOutput.LIST -> {
                List<Object> list = new ArrayList<>();
                for (int i = readInt(); i > 0; i--) {
                    Object element = readValue();
                    if (element != null) {
                        list.add(element);
                    }
                }
                yield List.copyOf(list);
            }
            default -> null;
        };
    }

    long readVar() throws IOException {
        long rest = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = readByte();
            rest |= (next & 0x7fL) << shift;
            if (next >= 0) {
                break;
            }
        }
        return rest >>> 1 ^ -(rest & 1);
    }

    String readText() throws IOException {
        return new String(readNBytes(readInt()), UTF_8);
    }
}
