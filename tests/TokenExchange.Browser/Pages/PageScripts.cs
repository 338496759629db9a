namespace TokenExchange.Browser.Pages;

/// <summary>What is asked of a page from inside.</summary>
internal static class PageScripts
{
    /// <summary>
    /// What axe finds of what WCAG 2.2 asks at levels A and AA, and of what its authors think good besides. Run from here and not by their adapter, which opens a
    /// window of its own each time.
    /// </summary>
    public const string Axe = """
        () => axe.run(document, {
          runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
          rules: { 'target-size': { enabled: true } },
          resultTypes: ['violations'],
          preload: false,
        }).then(found => found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html.slice(0, 300)} ${n.failureSummary}`)))
        """;

    /// <summary>What reaches beyond the window; nothing when the page does not scroll sideways.</summary>
    public const string Overflow = """
        () => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return [];
          const far = [...document.querySelectorAll('body *')].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width > 0 && box.right > root.clientWidth + 1 && !e.closest('.table-wrap table, .visually-hidden');
          });
          return [`${root.scrollWidth} of ${root.clientWidth} pixels`, ...far.slice(0, 5).map(e => e.outerHTML.slice(0, 160))];
        }
        """;

    /// <summary>The words that can be read, without those that change from one second to the next, and without what is of use with scripts only.</summary>
    public const string Words = """
        main => {
          const aside = [...main.querySelectorAll('time, button[data-copy], button[data-pause], .plot')].filter(e => !e.hidden);
          for (const e of aside) e.hidden = true;
          const words = main.innerText.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
          for (const e of aside) e.hidden = false;
          return words;
        }
        """;

    /// <summary>Numbers all controls that can be seen and used, and keeps how each looks without focus. What refreshes itself is paused: it would bring others.</summary>
    public const string FindControls = """
        () => {
          const look = e => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.color, s.textDecorationLine].join('|'); };
          window.exchangeLook = look;
          document.activeElement?.blur();
          document.querySelectorAll('button[data-pause][aria-pressed=false]').forEach(pause => pause.click());
          const groups = new Set();
          const controls = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]')].filter(e => {
            if (e.disabled || e.tabIndex < 0 || e.type === 'hidden' || !e.checkVisibility({ visibilityProperty: true })) return false;
            if (e.tagName === 'SUMMARY' && e.parentElement.tagName !== 'DETAILS') return false;
            if (e.type === 'radio') {
              const group = `${e.form?.action} ${e.name}`;
              if (groups.has(group)) return false;
              groups.add(group);
            }
            return true;
          });
          controls.forEach((e, i) => { e.dataset.controlNumber = i; e.exchangeLook = look(e); });
          return controls.map(e => e.outerHTML.slice(0, 160));
        }
        """;

    /// <summary>Which control has the focus, and what is wrong with how it shows it.</summary>
    public const string AtFocus = """
        () => {
          let e = document.activeElement;
          if (!e || e === document.body) return { number: -1, problem: '' };
          if (e.type === 'radio' && e.dataset.controlNumber === undefined) {
            e = document.querySelector(`input[type=radio][name="${CSS.escape(e.name)}"][data-control-number]`) ?? e;
          }
          const number = e.dataset.controlNumber === undefined ? -1 : Number(e.dataset.controlNumber);
          if (number < 0) return { number, problem: '' };
          const style = getComputedStyle(document.activeElement);
          const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && style.outlineColor !== 'transparent';
          if (!outlined && window.exchangeLook(e) === e.exchangeLook) return { number, problem: 'looks the same with focus' };
          const box = document.activeElement.getBoundingClientRect();
          const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y])
            .filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
          if (points.length === 0) return { number, problem: 'has the focus outside the window' };
          const seen = points.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && (top === document.activeElement || document.activeElement.contains(top) || top.contains(document.activeElement)); });
          return { number, problem: seen ? '' : 'is hidden behind something while it has the focus' };
        }
        """;
}
