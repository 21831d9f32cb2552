package io.millrace.standalone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks the API of a server: by what right, and how it answers, is the same for all. */
abstract class ServerCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Mixin
    private final Output output = new Output();

    /** @return the exit code; what hinders it, it throws as {@link ApiFailure} */
    abstract int run(Api api);

    Output output() {
        return output;
    }

    @Override
    public final Integer call() {
        return output.of(() -> run(server.api()));
    }
}
