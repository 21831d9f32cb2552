package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.rules.model.RuleSet;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceStateCodecTest {

    private static final RuleSet RULES = TestRules.of("""
            rules:
              - alert: Hot
                expr: temperature > 30 && door == "open" && "a" in tags
                labels: {severity: critical}
                on_firing:
                  - send: "ON ${device.maxTemp}"
                  - alert: Other
                    labels: {severity: warning}
                  - publish: device-events
                    value: {device: "${device.id}"}
              - alert: Warm
                expr: temperature > 20
                for: 1h
              - alert: Gone
                expr: gone > 1
            """);

    private final DeviceStateCodec codec = new DeviceStateCodec();
    private final Partition partition = new Partition(RULES);

    private DeviceState full() {
        partition.until(0);
        partition.register(
                "esp32-01",
                0,
                Map.of("site", "berlin"),
                Map.of("maxTemp", 8.5, "spare", true, "note", "ä", "list", List.of("x", "y")));
        partition.send(1, "{\"messageId\":1,\"gone\":2}");
        partition.send(2, "{\"messageId\":2,\"temperature\":31.5,\"door\":\"open\",\"tags\":[\"a\",1],\"gone\":null}");
        DeviceState device = partition.devices.find("esp32-01".getBytes(UTF_8));
        assertThat(device).isNotNull();
        device.outbox().addAll(partition.emissions);
        return device;
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        DeviceState device = full();
        byte[] record = codec.write(device, partition.engine.rules());
        DeviceState read = codec.read(device.id(), device.key(), record);
        assertThat(read.outbox()).isEqualTo(device.outbox()).hasSize(5);
        assertThat(read.attributes()).isEqualTo(device.attributes());

        Devices devices = new Devices();
        devices.put(read);
        PartitionEngine engine = new PartitionEngine(RULES, devices, new Aliveness(), Set.of(), partition);
        engine.begin(PartitionEngine.UNKNOWN_TIME);
        assertThat(codec.write(read, engine.rules()).length).isLessThan(record.length);
        read.outbox().addAll(device.outbox());
        assertThat(codec.write(read, engine.rules())).isEqualTo(record);
    }

    @Test
    void aRecordOfALaterMillraceIsRefused() {
        assertThatThrownBy(() -> codec.read("esp32-01", new byte[0], new byte[] {99}))
                .hasMessage("state of device esp32-01 has form 99 (this Millrace knows 2)");
    }

    @Test
    void aSectionOfALaterMillraceIsPassedOver() {
        DeviceState device = full();
        byte[] record = codec.write(device, partition.engine.rules());
        byte[] longer = Arrays.copyOf(record, record.length + 7);
        longer[record.length] = 99;
        longer[record.length + 4] = 2;
        DeviceState read = codec.read(device.id(), device.key(), longer);
        DeviceState same = codec.read(device.id(), device.key(), record);
        assertThat(read.stored.values()).isEqualTo(same.stored.values()).isNotEmpty();
        assertThat(read.stored.instances())
                .hasSameSizeAs(same.stored.instances())
                .isNotEmpty();
        assertThat(read.outbox()).isEqualTo(device.outbox());
    }

    /** Written by the first version: it must be readable for ever. */
    @Test
    void theFirstFormIsStillRead() {
        DeviceState read = codec.read(
                "esp32-01", "esp32-01".getBytes(UTF_8), HexFormat.of().parseHex(FIRST_FORM));
        assertThat(read.telemetryOffset).isEqualTo(1);
        assertThat(read.lastSeen()).isEqualTo(Partition.at(2));
        assertThat(read.attributes().labels()).containsEntry("site", "berlin");
        assertThat(read.stored.values()).containsKeys("temperature", "door", "tags", "gone");
        assertThat(read.stored.instances())
                .extracting(
                        stored -> stored.rule().name() + " " + stored.instance().phase())
                .containsExactly("Hot FIRING", "Warm PENDING", "Gone FIRING");
        assertThat(read.stored.instances().get(0).instance().raised).hasSize(1);
    }

    private static final String FIRST_FORM = """
            0100000000000000010000000000000000000001a202b2c8e8000001a202b2ccd0000001a202b2c50001000001a202b2c500\
            0001000473697465000000066265726c696e000400046e6f74650300000002c3a400046c6973740400000002030000000178\
            030000000179000573706172650200076d617854656d70004021000000000000023ff0000000000000c4563ea8000003e840\
            000000000000004de727d7000000000010623161303335326266353666616433320004000b74656d70657261747572650000\
            01a202b2ccd000403f8000000000000004646f6f72000001a202b2ccd003000000046f70656e000474616773000001a202b2\
            ccd00400000002030000000161003ff00000000000000004676f6e65000001a202b2c8e80500030004746573740003486f74\
            1f91e0484ac883c3020900000000000000008000000000000000000001a202b2ccd080000000000000008000000000000000\
            00030008736576657269747900000008637269746963616c0009616c6572746e616d6500000003486f740006646576696365\
            0000000865737033322d30310100054f74686572000300087365766572697479000000077761726e696e670009616c657274\
            6e616d65000000054f7468657200066465766963650000000865737033322d303100047465737400045761726da3222960fc\
            13c37d01010000000100000000000001a202b2ccd08000000000000000800000000000000080000000000000000000000004\
            746573740004476f6e65a7ea35431fd845d9020900000000000000008000000000000000000001a202b2c8e8800000000000\
            0000800000000000000000020009616c6572746e616d6500000004476f6e6500066465766963650000000865737033322d30\
            31000000""";
}
