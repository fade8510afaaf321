import { parser } from "@prometheus-io/lezer-promql";

/** One selector of a query: a metric, and what it asks of its labels. */
export interface Selector {
  metric: string;
  matchers: { label: string; operator: string; value: string }[];
}

export interface ParsedQuery {
  selectors: Selector[];
  /** Labels named by `by`, `on` and their like. */
  groupingLabels: string[];
}

/** Reads a query with the grammar of Prometheus itself. Grafana's variables are put in place first; throws when it is none. */
export function parseQuery(query: string): ParsedQuery {
  const text = query.replaceAll("$__rate_interval", "5m");
  const parsed: ParsedQuery = { selectors: [], groupingLabels: [] };
  const textOf = ({ from, to }: { from: number; to: number }) => text.slice(from, to);
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`Not PromQL at character ${node.from}: ${text}`);
      if (node.name === "VectorSelector") {
        const { node: selector } = node;
        const matchers = selector.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
        parsed.selectors.push({
          metric: textOf(selector.getChild("Identifier") ?? selector),
          matchers: matchers.map((matcher) => {
            const [label = "", operator = "", value = '""'] = ["LabelName", "MatchOp", "StringLiteral"].map((part) =>
              textOf(matcher.getChild(part) ?? { from: 0, to: 0 }),
            );
            return { label, operator, value: value.slice(1, -1) };
          }),
        });
      }
      if (node.name === "LabelName" && node.node.parent?.name === "GroupingLabels") {
        parsed.groupingLabels.push(textOf(node));
      }
    },
  });
  return parsed;
}
