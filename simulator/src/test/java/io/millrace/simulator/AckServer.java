package io.millrace.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A server that acknowledges everything at once and keeps nothing: what the simulator itself costs is measured against it.
 *
 *     java -cp "simulator/target/test-classes:standalone/target/app/lib/*" io.millrace.simulator.AckServer 21999
 */
final class AckServer {
    private AckServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        Channel server = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Answers());
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                .sync()
                .channel();
        System.out.println("ready " + server.localAddress());
        ChannelFuture unused = server.closeFuture().sync();
    }

    private static final class Answers extends ChannelInboundHandlerAdapter implements EspBuffer.Reader {
        private final EspBuffer buffer = new EspBuffer(this);
        private @Nullable ChannelHandlerContext context;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext reading, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            buffer.read(bytes);
            bytes.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext reading) {
            reading.flush();
        }

        @Override
        public void packet(int first, ByteBuf rest) {
            switch (first >> 4) {
                case 1 -> answer(0x20, 0, 0);
                case 8 -> answer(0x90, rest.readUnsignedShort(), 1);
                case Packets.PUBLISH -> {
                    if ((first & 0x06) != 0) {
                        rest.skipBytes(rest.readUnsignedShort());
                        answer(0x40, rest.readUnsignedShort(), -1);
                    }
                }
                case 12 -> answer(0xD0, -1, -1);
                default -> {}
            }
        }

        private void answer(int first, int number, int last) {
            if (context == null) {
                return;
            }
            ByteBuf answer = context.alloc().ioBuffer(5).writeByte(first);
            answer.writeByte((number >= 0 ? 2 : 0) + (last >= 0 && first == 0x90 ? 1 : 0));
            if (number >= 0) {
                answer.writeShort(number);
            }
            if (last >= 0 && first == 0x90) {
                answer.writeByte(last);
            }
            ChannelFuture unused = context.write(answer, context.voidPromise());
        }

        @Override
        public void firstPiece(int first, ByteBuf rest) {}

        @Override
        public void lastPiece() {}

        @Override
        public void unreadable(ConnectionEnd why) {
            if (context != null) {
                ChannelFuture unused = context.close();
            }
        }
    }
}
