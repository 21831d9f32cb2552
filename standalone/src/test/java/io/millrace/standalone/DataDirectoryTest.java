package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path dir;

    @Test
    void aSecondOneOnTheSameDataIsRefusedAndToldWhoHasIt() throws IOException {
        Path data = dir.resolve("data");
        DataDirectory first = DataDirectory.open(data);

        assertThatThrownBy(() -> DataDirectory.open(data))
                .isInstanceOf(StartException.class)
                .hasMessage("--data " + data + " is in use by another Millrace (pid "
                        + ProcessHandle.current().pid() + ")");

        first.close();
        DataDirectory.open(data).close();
    }

    @Test
    void aDirectoryMadeHereIsThisUsersAlone() throws IOException {
        Path data = dir.resolve("new");
        DataDirectory.open(data).close();

        assertThat(Files.getPosixFilePermissions(data)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aFileInItsPlaceIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "x");
        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("--data " + file + " cannot be used");
    }
}
