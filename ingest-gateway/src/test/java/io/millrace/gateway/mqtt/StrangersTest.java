package io.millrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.transport.Source;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final String ATTACKER = "198.51.100.1";

    private final Counter closed = new SimpleMeterRegistry().counter("closed");
    private final Strangers strangers = new Strangers(4, closed);

    /** A channel that says where it comes from. */
    private static final class Socket extends EmbeddedChannel {
        private final String from;

        private Socket(String from) {
            this.from = from;
        }

        @Override
        protected java.net.SocketAddress remoteAddress0() {
            return new InetSocketAddress(from, 40_000);
        }
    }

    private EmbeddedChannel arrives(String from) {
        EmbeddedChannel channel = new Socket(from);
        strangers.arrived(channel);
        return channel;
    }

    private static void says(EmbeddedChannel channel, int bytes) {
        channel.writeInbound(Unpooled.buffer(bytes).writeZero(bytes));
    }

    @Test
    void oneTooManyClosesTheOldestOfTheSourceThatHoldsTheMost() {
        EmbeddedChannel board = arrives("192.0.2.1");
        EmbeddedChannel first = arrives(ATTACKER);
        EmbeddedChannel second = arrives(ATTACKER);
        EmbeddedChannel other = arrives("192.0.2.2");
        EmbeddedChannel newcomer = arrives("192.0.2.3");
        assertThat(first.isActive()).isFalse();
        assertThat(second.isActive()).isTrue();
        assertThat(board.isActive()).isTrue();
        assertThat(other.isActive()).isTrue();
        assertThat(newcomer.isActive()).isTrue();
        assertThat(closed.count()).isEqualTo(1);
    }

    @Test
    void anIpv6NetworkIsOneSource() {
        EmbeddedChannel board = arrives("2001:db8:1::1");
        EmbeddedChannel first = arrives("2001:db8:2::1");
        var unused = arrives("2001:db8:2::ffff");
        unused = arrives("2001:db8:2:0:1::");
        unused = arrives("192.0.2.1");
        assertThat(first.isActive()).isFalse();
        assertThat(board.isActive()).isTrue();
    }

    @Test
    void behindALoadBalancerItIsTheAddressOfTheHeaderThatCounts() {
        EmbeddedChannel[] passedOn = new EmbeddedChannel[4];
        for (int i = 0; i < passedOn.length; i++) {
            passedOn[i] = arrives("10.0.0.1");
            passedOn[i]
                    .attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)
                    .set(SocketAddress.inetSocketAddress(40_000, i < 2 ? "192.0.2." + i : ATTACKER));
            passedOn[i].pipeline().fireUserEventTriggered(Source.CHANGED);
        }
        var unused = arrives("10.0.0.1");
        assertThat(passedOn[0].isActive()).isTrue();
        assertThat(passedOn[1].isActive()).isTrue();
        assertThat(passedOn[2].isActive()).isFalse();
        assertThat(passedOn[3].isActive()).isTrue();
    }

    @Test
    void whoHasSentConnectOrLeftDoesNotCount() {
        EmbeddedChannel known = arrives(ATTACKER);
        var unused = strangers.spoke(known);
        EmbeddedChannel left = arrives(ATTACKER);
        var unusedClose = left.close();
        for (int i = 0; i < 4; i++) {
            var more = arrives(ATTACKER);
            assertThat(more.isActive()).isTrue();
        }
        assertThat(known.isActive()).isTrue();
        assertThat(closed.count()).isZero();
    }

    @Test
    void whoSendsMoreThanAnyConnectTakesIsTurnedAway() {
        EmbeddedChannel channel = arrives(ATTACKER);
        says(channel, Strangers.MOST_BYTES);
        assertThat(channel.isActive()).isTrue();
        says(channel, 1);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void unfinishedConnectsAreBoundedTogetherAndShortOnesAlwaysHaveRoom() {
        EmbeddedChannel greedy = arrives(ATTACKER);
        says(greedy, 64 << 10);
        says(arrives(ATTACKER), 64 << 10);
        EmbeddedChannel board = arrives("192.0.2.1");
        says(board, Strangers.SOME_BYTES);
        assertThat(board.isActive()).isTrue();
        says(greedy, 1);
        assertThat(greedy.isActive()).isFalse();
        says(board, 1);
        assertThat(board.isActive()).isTrue();
    }
}
