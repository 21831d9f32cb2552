package io.millrace.rules.language;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that {@code docs/rules.md} consists of, saved as its reader would save them: the first line of a YAML block is its name. A
 * rule file that is followed by a text block beginning with its name is a bad one, the text is what is said about it.
 */
record Manual(String text, List<Path> rules, List<Path> tests, Map<Path, String> bad) {

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("# ([a-z0-9-]+\\.(rules|test)\\.yaml)\n");

    private record Block(String kind, String content) {}

    static Manual saved(Path page, Path directory) throws IOException {
        String text = Files.readString(page);
        List<Block> blocks = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            blocks.add(new Block(block.group(1), block.group(2)));
        }
        Manual manual = new Manual(text, new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).kind().equals("yaml")) {
                manual.save(
                        blocks.get(i).content(),
                        i + 1 < blocks.size() ? blocks.get(i + 1).content() : "",
                        directory);
            }
        }
        return manual;
    }

    private void save(String block, String next, Path directory) throws IOException {
        Matcher name = NAME.matcher(block);
        if (!name.lookingAt()) {
            throw new IllegalArgumentException("a block without a file's name in its first line:\n" + block);
        }
        Path file = directory.resolve(name.group(1));
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Files.writeString(file, block);
        if (next.startsWith(name.group(1) + ":")) {
            bad.put(file, next);
        } else if (name.group(2).equals("test")) {
            tests.add(file);
        } else {
            rules.add(file);
        }
    }
}
