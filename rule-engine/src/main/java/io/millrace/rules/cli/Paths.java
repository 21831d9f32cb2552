package io.millrace.rules.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why a path cannot be read, in words. */
final class Paths {

    private Paths() {}

    static String reason(IOException problem) {
        String about = String.valueOf(problem.getMessage());
        if (problem instanceof NoSuchFileException) {
            return about + ": no such file or directory";
        }
        return problem instanceof AccessDeniedException ? about + ": permission denied" : about;
    }
}
