// Freezes Object.prototype before any script of the page runs, so that nothing can plant a property that all code sees.
// A plain Object.freeze would also forbid `object.toString = …` on every other object (xterm.js does that), because an
// assignment is refused when the inherited property is read-only. So the methods become accessors whose setter gives
// the object its own property, as an assignment would have done.
(() => {
  const prototype = Object.prototype;
  const { defineProperty, freeze, getOwnPropertyDescriptors } = Object;
  for (const [name, { value }] of Object.entries(getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== "function") continue; // `__proto__` is an accessor already.
    defineProperty(prototype, name, {
      get: () => value,
      set(own) {
        if (this === prototype) throw new TypeError(`Object.prototype.${name} is frozen`);
        defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
      },
    });
  }
  freeze(prototype);
})();
