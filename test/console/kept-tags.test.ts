import { expect, test } from "bun:test";
import { keepTags, keptTags } from "../../console/viewer/kept-tags.ts";

const kept = new Set(keptTags);

test.each([
  ["a table with what it needs", '<table border=1><td colspan="2" style="x">a</td>', '<table><td colspan="2">a</td>'],
  ["without quotes, or with the other ones", "<td rowspan=2 align='left'>", '<td rowspan="2" align="left">'],
  ["a line break", "a<br/>b<br />c", "a<br>b<br>c"],
  ["a tag of the model", "<page_number>3</page_number>", "<page_number>3</page_number>"],
  ["a handler", '<td onclick="x()" colspan=2>', '<td colspan="2">'],
  ["a picture as text", '<img src=x onerror="y">', '&lt;img src=x onerror="y"&gt;'],
  ["a script as text", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
  ["a style as text", "<style>*{}</style>", "&lt;style&gt;*{}&lt;/style&gt;"],
  ["a comment as text", "<!-- <td> -->", "&lt;!-- <td> -->"],
  ["half a tag as text", "<td colspan=2", "&lt;td colspan=2"],
  ["a tag inside a tag", "<td <script>x", "&lt;td &lt;script&gt;x"],
  ["an odd value is dropped", '<td colspan="2&quot; onclick=x">', "<td>"],
  ["less and more", "1 < 2 > 1", "1 &lt; 2 > 1"],
])("keeps %s", (_what, html, result) => {
  expect(keepTags(html, kept)).toBe(result);
});
