package io.millrace.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;

/**
 * The MQTT 3.1.1 packets that a device sends, as bytes. By hand: objects for netty's encoder, one PUBLISH being six of them, took a
 * third of a message's processor time outside the kernel.
 */
final class Packets {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBACK = 9;
    static final int PINGRESP = 13;

    private static final int CLEAN_SESSION = 0x02;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;
    private static final int LONGEST_FIXED_HEADER = 5;

    private Packets() {}

    static ByteBuf connect(ByteBufAllocator buffers, DeviceCredentials device, Duration keepAlive) {
        int flags = CLEAN_SESSION;
        int length = 10 + 2 + device.deviceId().length();
        if (device.userName().isPresent()) {
            flags |= USER_NAME;
            length += 2 + ByteBufUtil.utf8Bytes(device.userName().get());
        }
        if (device.password().isPresent()) {
            flags |= PASSWORD;
            length += 2 + ByteBufUtil.utf8Bytes(device.password().get());
        }
        ByteBuf packet = packet(buffers, 0x10, length);
        text(packet, "MQTT");
        packet.writeByte(4).writeByte(flags).writeShort((int) keepAlive.toSeconds());
        text(packet, device.deviceId());
        device.userName().ifPresent(name -> text(packet, name));
        device.password().ifPresent(password -> text(packet, password));
        return packet;
    }

    static ByteBuf subscribe(ByteBufAllocator buffers, int packetId, DeviceTopic topic, String deviceId) {
        ByteBuf packet =
                packet(buffers, 0x82, 2 + 2 + topic.length(deviceId) + 1).writeShort(packetId);
        topic(packet, topic, deviceId);
        return packet.writeByte(1);
    }

    /** `packetId` is not written at QoS 0. */
    static ByteBuf publish(
            ByteBufAllocator buffers,
            DeviceTopic topic,
            String deviceId,
            byte[] payload,
            int qos,
            int packetId,
            boolean again) {
        int length = 2 + topic.length(deviceId) + (qos > 0 ? 2 : 0) + payload.length;
        ByteBuf packet = packet(buffers, 0x30 | (again ? 0x08 : 0) | qos << 1, length);
        topic(packet, topic, deviceId);
        if (qos > 0) {
            packet.writeShort(packetId);
        }
        return packet.writeBytes(payload);
    }

    static ByteBuf puback(ByteBufAllocator buffers, int packetId) {
        return packet(buffers, 0x40, 2).writeShort(packetId);
    }

    static ByteBuf pubrel(ByteBufAllocator buffers, int packetId) {
        // [MQTT-3.6.1-1]: the reserved flags of PUBREL are those of QoS 1.
        return packet(buffers, 0x62, 2).writeShort(packetId);
    }

    static ByteBuf ping(ByteBufAllocator buffers) {
        return packet(buffers, 0xC0, 0);
    }

    static ByteBuf disconnect(ByteBufAllocator buffers) {
        return packet(buffers, 0xE0, 0);
    }

    private static ByteBuf packet(ByteBufAllocator buffers, int first, int length) {
        ByteBuf packet = buffers.ioBuffer(LONGEST_FIXED_HEADER + length).writeByte(first);
        int left = length;
        do {
            int digit = left % 128;
            left /= 128;
            packet.writeByte(left > 0 ? digit | 0x80 : digit);
        } while (left > 0);
        return packet;
    }

    private static void topic(ByteBuf packet, DeviceTopic topic, String deviceId) {
        packet.writeShort(topic.length(deviceId));
        ByteBufUtil.writeAscii(packet, DeviceTopic.BEFORE_ID);
        ByteBufUtil.writeAscii(packet, deviceId);
        ByteBufUtil.writeAscii(packet, topic.afterId());
    }

    private static void text(ByteBuf packet, String text) {
        packet.writeShort(ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(packet, text);
    }
}
