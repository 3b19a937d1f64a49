/**
 * Stands for prettier's JavaScript parser and printer, half a megabyte that GraphiQL loads to lay
 * out the JSON of variables and headers. The layout of `jsonc-parser`, which is here anyway, does.
 */
import { applyEdits, format } from 'jsonc-parser';

const layOut = text => applyEdits(text, format(text, undefined, { tabSize: 2, insertSpaces: true }));

export const parsers = {
  jsonc: {
    parse: text => ({ text: layOut(text) }),
    astFormat: 'passerelle-json',
    locStart: () => 0,
    locEnd: node => node.text.length,
  },
};

export const printers = { 'passerelle-json': { print: path => path.node.text } };
