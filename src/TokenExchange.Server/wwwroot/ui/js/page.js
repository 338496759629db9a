// Small comforts; every page works without them.
(() => {
  'use strict';

  const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

  function dress(root) {
    for (const time of root.querySelectorAll('time[datetime]')) {
      time.title = local.format(new Date(time.dateTime));
    }
    for (const button of root.querySelectorAll('button[data-copy]')) {
      button.hidden = false;
    }
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button[data-copy]');
    if (button) {
      await navigator.clipboard.writeText(button.dataset.copy);
      const words = button.textContent;
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = words; }, 1500);
      return;
    }
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });

  // On a small screen the menu is open until it is known that it can be opened.
  const menu = document.querySelector('.rail > details');
  if (menu && matchMedia('(max-width: 60rem)').matches) menu.open = false;

  // What refreshes itself asks every few seconds, while somebody looks and has not paused it.
  for (const button of document.querySelectorAll('button[data-pause]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const paused = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(paused));
      button.textContent = paused ? 'Go on refreshing' : 'Pause refreshing';
    });
  }

  function isPaused(live) {
    const button = document.querySelector(`button[data-pause="${live.id}"]`);
    return document.hidden || live.contains(document.activeElement) || (button && button.getAttribute('aria-pressed') === 'true');
  }

  for (const live of document.querySelectorAll('[data-live]')) {
    setInterval(() => {
      const target = document.getElementById(live.id);
      if (target && !isPaused(target)) htmx.trigger(target, 'refresh');
    }, Number(live.dataset.live) * 1000);
  }

  // While a form is drawn anew, what is done in the old one would be lost with it.
  document.addEventListener('htmx:beforeRequest', (event) => {
    const form = event.detail.target.closest('form.editor');
    if (form) form.inert = true;
  });
  document.addEventListener('htmx:afterRequest', () => {
    for (const form of document.querySelectorAll('form.editor[inert]')) form.inert = false;
  });

  document.addEventListener('htmx:afterSettle', (event) => dress(event.target));
  dress(document);
})();
