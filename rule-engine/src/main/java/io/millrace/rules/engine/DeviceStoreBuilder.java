package io.millrace.rules.engine;

import java.util.Map;
import org.apache.kafka.streams.state.StoreBuilder;

/** Makes the store of each task; its changelog is always on, a cache it is itself. */
final class DeviceStoreBuilder implements StoreBuilder<DeviceStore> {

    static final String NAME = "device-state";

    /** Small segments that are compacted early: what must be read at a restart stays near the size of the states. */
    private static final Map<String, String> CHANGELOG = Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", Integer.toString(16 << 20),
            "segment.ms", "600000",
            "min.cleanable.dirty.ratio", "0.3");

    @Override
    public DeviceStore build() {
        return new DeviceStore(NAME);
    }

    @Override
    public Map<String, String> logConfig() {
        return CHANGELOG;
    }

    @Override
    public boolean loggingEnabled() {
        return true;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public StoreBuilder<DeviceStore> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<DeviceStore> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<DeviceStore> withLoggingEnabled(Map<String, String> config) {
        return this;
    }

    @Override
    public StoreBuilder<DeviceStore> withLoggingDisabled() {
        throw new UnsupportedOperationException("without its changelog the state would be lost");
    }
}
