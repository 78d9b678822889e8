package dev.meridian.server.conflict;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelListsExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The language of rules: CEL with its libraries for lists, text, numbers, sets, bindings and optional values. Left out is what can make much
 * of little in one step (lists.range, flatten with a depth, replace, format); join is there within limits.
 */
final class CelEnvironment {
    private static final int ITERATIONS_MAX = 10_000;
    private static final int PARSE_DEPTH_MAX = 50;
    private static final int NODES_MAX = 2_000;
    private static final int TEXT_MAX = 1 << 20;

    private static final CelOptions OPTIONS = CelOptions.current()
            .comprehensionMaxIterations(ITERATIONS_MAX)
            .maxParseRecursionDepth(PARSE_DEPTH_MAX)
            .maxParseExpressionNodeCount(NODES_MAX)
            .enableHeterogeneousNumericComparisons(true)
            .build();

    private static final CelListsExtensions LISTS = CelExtensions.lists();

    private static final CelStringExtensions STRINGS = CelExtensions.strings(
            CelStringExtensions.Function.CHAR_AT,
            CelStringExtensions.Function.INDEX_OF,
            CelStringExtensions.Function.LAST_INDEX_OF,
            CelStringExtensions.Function.LOWER_ASCII,
            CelStringExtensions.Function.UPPER_ASCII,
            CelStringExtensions.Function.REVERSE,
            CelStringExtensions.Function.SPLIT,
            CelStringExtensions.Function.SUBSTRING,
            CelStringExtensions.Function.TRIM);

    private static final ListType TEXTS = ListType.create(SimpleType.STRING);

    static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addLibraries(
                    LISTS,
                    STRINGS,
                    CelExtensions.math(OPTIONS),
                    CelExtensions.sets(OPTIONS),
                    CelExtensions.encoders(OPTIONS),
                    CelExtensions.bindings(),
                    CelExtensions.optional())
            .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                    "join",
                    CelOverloadDecl.newMemberOverload("list_join", SimpleType.STRING, TEXTS),
                    CelOverloadDecl.newMemberOverload("list_join_string", SimpleType.STRING, TEXTS, SimpleType.STRING)))
            .addVar("siblings", ListType.create(MapType.create(SimpleType.STRING, SimpleType.DYN)))
            .build();

    static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(
                    LISTS,
                    STRINGS,
                    CelExtensions.math(OPTIONS),
                    CelExtensions.sets(OPTIONS),
                    CelExtensions.encoders(OPTIONS),
                    CelExtensions.optional())
            .addFunctionBindings(
                    CelFunctionBinding.from("list_join", List.class, texts -> join(texts, "")),
                    CelFunctionBinding.from("list_join_string", List.class, String.class, CelEnvironment::join))
            .build();

    private CelEnvironment() {}

    /** What is not for rules although the libraries have it: the name of a function that the expression calls, or null. */
    static @Nullable String excluded(CelAbstractSyntaxTree ast) {
        return CelNavigableAst.fromAst(ast)
                .getRoot()
                .allNodes()
                .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.CALL)
                .map(node -> node.expr().call())
                .filter(call -> call.function().equals("lists.range")
                        || call.function().equals("flatten") && !call.args().isEmpty())
                .map(call -> call.function().equals("flatten") ? "flatten with a depth" : call.function())
                .findFirst()
                .orElse(null);
    }

    private static String join(List<?> texts, String between) {
        StringBuilder joined = new StringBuilder();
        for (Object each : texts) {
            joined.append(joined.isEmpty() ? "" : between).append(each);
            if (joined.length() > TEXT_MAX) {
                throw new CelRuleException("join makes more than " + TEXT_MAX + " characters", 0);
            }
        }
        return joined.toString();
    }
}
