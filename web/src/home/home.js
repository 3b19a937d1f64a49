/**
 * The live part of the home page: open lots and the freshness of the sources, read from this
 * server's own API. Whatever comes from there is written as text, never as markup.
 */
import feedsQuery from './feeds.graphql';
import figuresQuery from './key-figures.graphql';

const TIMEOUT_MS = 15_000;
const numbers = new Intl.NumberFormat('fr-FR');
const instants = new Intl.DateTimeFormat('fr-FR', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Europe/Paris',
});
const days = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
const spans = new Intl.RelativeTimeFormat('fr-FR', { numeric: 'auto' });

const element = id => document.getElementById(id);

/** Asks the API. Throws an error whose message is French and made to be shown. */
async function ask(query, variables) {
  let response;
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        Accept: 'application/graphql-response+json, application/json;q=0.9',
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Error(error.name === 'TimeoutError'
      ? 'le serveur met trop de temps à répondre'
      : 'le serveur n’a pas pu être joint');
  }
  const answer = await response.json().catch(() => null);
  if (!answer) throw new Error(`le serveur a répondu ${response.status}`);
  if (answer.errors?.length) throw new Error(`l’API signale\u00a0: ${answer.errors[0].message}`);
  return answer.data;
}

/** Fills one block of the page, or says why it stays empty. */
async function fill(block, message, load) {
  message.textContent = 'Chargement…';
  try {
    message.textContent = (await load()) ?? '';
  } catch (error) {
    message.textContent = `Indisponible pour l’instant\u00a0: ${error.message}.`;
    message.classList.add('problem');
  } finally {
    block.setAttribute('aria-busy', 'false');
  }
}

async function showFigures() {
  const places = [...document.querySelectorAll('[data-figure]')];
  try {
    const data = await ask(figuresQuery);
    for (const place of places) {
      const count = data[place.dataset.figure]?.totalCount;
      place.textContent = Number.isFinite(count) ? numbers.format(count) : '–';
    }
    return `Lots auxquels on peut répondre le ${instants.format(new Date(data.now))}.`;
  } catch (error) {
    places.forEach(place => { place.textContent = '–'; });
    throw error;
  }
}

async function showFeeds() {
  const { feeds, now } = await ask(feedsQuery);
  element('feeds').replaceChildren(...feeds.map(feed => feedEntry(feed, new Date(now))));
  return feeds.length ? '' : 'Aucune source n’a encore été relevée.';
}

function feedEntry({ name, title, lastSuccessAt, latestDay }, now) {
  const ago = date => since(date, now);
  const entry = document.createElement('li');
  const label = document.createElement('strong');
  label.textContent = title || name;
  entry.append(label);
  entry.append(...described('dernier relevé ', lastSuccessAt, ago, 'aucun relevé pour l’instant'), ', ');
  entry.append(...described('dernier avis du ', latestDay, day, 'aucun avis reçu'));
  return entry;
}

/** Words, then a time with its machine form; other words when there is no such time. */
function described(words, value, spell, otherwise) {
  const date = new Date(value ?? '');
  if (Number.isNaN(date.getTime())) return [otherwise];
  const time = document.createElement('time');
  time.dateTime = value;
  time.title = instants.format(date);
  time.textContent = spell(date);
  return [words, time];
}

/** `il y a 12 minutes`, `hier`, `il y a 3 jours`. */
function since(date, now) {
  const minutes = Math.round((date.getTime() - now.getTime()) / 60_000);
  if (Math.abs(minutes) < 60) return spans.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24 ? spans.format(hours, 'hour') : spans.format(Math.round(hours / 24), 'day');
}

const day = date => days.format(date);

fill(element('figures'), element('figures-message'), showFigures);
fill(element('feeds'), element('feeds-message'), showFeeds);
