package dev.meridian.simulator.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles source files with a bug in them, in memory, and loads the program anew around it: no file is written, and the
 * program that runs is not touched.
 */
final class Planting {
    private static final String PROGRAM = "dev.meridian.";

    private Planting() {}

    /** The whole program with the bug in it, loaded apart from the one that runs. */
    static ClassLoader of(Mutant mutant, Path home) throws MutantException, IOException {
        Map<String, String> texts = new TreeMap<>();
        for (Mutant.Edit edit : mutant.edits()) {
            String before = texts.get(edit.source());
            String text = before == null ? Files.readString(home.resolve(edit.source())) : before;
            texts.put(edit.source(), mutant.planted(edit, text));
        }
        List<Source> sources = new ArrayList<>();
        texts.forEach((source, text) -> sources.add(new Source(source, text)));
        return new Program(compile(mutant, sources));
    }

    private static Map<String, byte[]> compile(Mutant mutant, List<Source> sources)
            throws MutantException, IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new MutantException("mutants are compiled while they run: this takes a JDK, not a JRE");
        }
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(told, Locale.ROOT, null)) {
            boolean compiled = compiler.getTask(
                            null,
                            new InMemory(files, written),
                            told,
                            List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path")),
                            null,
                            sources)
                    .call();
            if (!compiled) {
                Diagnostic<?> first = told.getDiagnostics().stream()
                        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                        .findFirst()
                        .orElseThrow();
                throw new MutantException("mutant " + mutant.name() + " does not compile: line " + first.getLineNumber()
                        + ": " + first.getMessage(Locale.ROOT));
            }
        }
        Map<String, byte[]> classes = new TreeMap<>();
        written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("memory:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written;

        InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> written) {
            super(files);
            this.written = written;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    written.put(name, bytes);
                    return bytes;
                }
            };
        }
    }

    /** Has classes of the program of its own, all of them, the compiled ones first; shares all others. */
    private static final class Program extends ClassLoader {
        private final Map<String, byte[]> compiled;

        Program(Map<String, byte[]> compiled) {
            super(Planting.class.getClassLoader());
            this.compiled = compiled;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PROGRAM)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = compiled.get(name);
            if (bytes == null) {
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    bytes = in.readAllBytes();
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
