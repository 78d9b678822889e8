/** What a file may hold, declared once: keys, forms, defaults and meanings. Parser, schema and reference follow it. */
@NullMarked
package dev.meridian.config.grammar;

import org.jspecify.annotations.NullMarked;
