// Runs a replay with progress. Without script the form is sent as it is, and the answer is the page with the result.
(() => {
  'use strict';

  const form = document.getElementById('replay-form');
  const result = document.getElementById('replay-result');
  if (!form || !result) return;
  const box = document.getElementById('replay-progress');
  const bar = document.getElementById('replay-bar');
  const words = document.getElementById('replay-words');
  const stop = document.getElementById('replay-stop');
  const start = form.querySelector('button[type="submit"]');
  let running = null;
  let said = 0;

  function show(busy) {
    box.hidden = !busy;
    stop.hidden = !busy;
    start.disabled = busy;
    result.setAttribute('aria-busy', String(busy));
  }

  function refuse(text) {
    const note = document.createElement('p');
    note.className = 'note warn';
    note.setAttribute('role', 'alert');
    note.textContent = text;
    result.replaceChildren(note);
    words.textContent = '';
  }

  function take(line) {
    if (line.problem) {
      refuse(line.problem);
    } else if (line.html) {
      // Rendered by this server, where every name is encoded.
      result.innerHTML = line.html;
      document.getElementById('replay-before')?.remove();
      document.dispatchEvent(new CustomEvent('htmx:afterSettle', { detail: {} }));
      words.textContent = 'Done.';
      result.focus();
    } else {
      bar.max = Math.max(1, line.of);
      bar.value = line.replayed;
      // Often enough for who watches, and no more often than who listens can bear.
      if (performance.now() - said > 2000) {
        said = performance.now();
        words.textContent = `${line.replayed.toLocaleString('en')} of ${line.of.toLocaleString('en')} records`;
      }
    }
    return Boolean(line.problem || line.html);
  }

  async function read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    let ended = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return ended;
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const line of lines) ended = take(JSON.parse(line)) || ended;
    }
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (running) return;
    running = new AbortController();
    said = 0;
    bar.value = 0;
    words.textContent = 'Started.';
    result.replaceChildren();
    show(true);
    try {
      const answer = await fetch(form.dataset.stream, { method: 'POST', body: new FormData(form), signal: running.signal });
      const lines = answer.headers.get('Content-Type')?.startsWith('application/x-ndjson');
      if (!lines || !await read(answer.body)) refuse('The server ended before the replay did. Nothing is known; try again.');
    } catch (problem) {
      if (problem.name === 'AbortError') {
        words.textContent = 'Stopped.';
      } else {
        refuse('The server cannot be reached. Try again.');
      }
    } finally {
      running = null;
      show(false);
    }
  });

  stop.addEventListener('click', () => running?.abort());
  addEventListener('pagehide', () => running?.abort());
})();
