package io.millrace.simulator;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The event loops of one fleet. */
final class FleetLoops {
    private final EventLoopGroup group;
    private final int number;

    FleetLoops(int number) {
        this.number = number;
        this.group = new MultiThreadIoEventLoopGroup(
                number,
                new DefaultThreadFactory("simulator", true),
                epoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    static boolean epoll() {
        return Epoll.isAvailable();
    }

    List<EventLoop> all() {
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            loops.add(group.next());
        }
        return loops;
    }

    CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        var unused = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).addListener(done -> closed.complete(null));
        return closed;
    }
}
