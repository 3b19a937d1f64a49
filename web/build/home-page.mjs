/** The home page with its example questions written in, so that the links work without script. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const escape = text =>
  text.replace(/[&<>"]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);

export async function homePage(web) {
  const read = file => readFile(path.join(web, 'src', file), 'utf8');
  const examples = JSON.parse(await read('examples/index.json'));
  const audiences = [...new Set(examples.map(example => example.audience))];
  const cards = await Promise.all(audiences.map(async audience => {
    const own = examples.filter(example => example.audience === audience);
    const links = await Promise.all(own.map(async example => {
      const query = await read(`examples/${example.id}.graphql`);
      const href = `/graphiql?${new URLSearchParams({ query, variables: JSON.stringify(example.variables) })}`;
      return `          <li>
            <a href="${escape(href)}">${escape(example.title)}</a>
            <p>${escape(example.summary)}</p>
          </li>`;
    }));
    return `        <section class="card">
          <h3>${escape(audience)}</h3>
          <ul>
${links.join('\n').replace(/^/gm, '  ')}
          </ul>
        </section>`;
  }));
  const template = await read('home/index.html');
  if (!template.includes('<!-- questions -->')) throw new Error('the home page lost its questions');
  return template.replace('<!-- questions -->', () => cards.join('\n').trimStart());
}
