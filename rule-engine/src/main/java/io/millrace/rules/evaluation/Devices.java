package io.millrace.rules.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices of one partition by record key, found without making a String of it. Of its task's thread. */
public final class Devices {

    private static final class Key {
        byte[] bytes;
        int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Map<Key, DeviceState> byKey = new HashMap<>();
    private final Key probe = new Key(new byte[0]);

    public @Nullable DeviceState find(byte[] key) {
        probe.bytes = key;
        probe.hash = Arrays.hashCode(key);
        return byKey.get(probe);
    }

    public void put(DeviceState device) {
        byKey.put(new Key(device.key()), device);
    }

    public void remove(DeviceState device) {
        byKey.remove(new Key(device.key()));
    }

    public Collection<DeviceState> all() {
        return byKey.values();
    }

    public int size() {
        return byKey.size();
    }

    public void clear() {
        byKey.clear();
    }

    /** The id that a record key spells; one byte a character. */
    public static String id(byte[] key) {
        return new String(key, StandardCharsets.ISO_8859_1);
    }
}
