// Small choices of one browser, kept between visits where it allows that.

export function kept(name, otherwise = "") {
  try {
    return localStorage.getItem(`vedetta.${name}`) ?? otherwise;
  } catch {
    return otherwise; // A locked-down browser keeps no settings: choices hold for this visit.
  }
}

/** A kept choice of several parts; nothing where what is kept is not that. */
export function keptParts(name) {
  try {
    const parts = JSON.parse(kept(name, "{}"));
    return parts !== null && typeof parts === "object" && !Array.isArray(parts) ? parts : {};
  } catch {
    return {};
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`vedetta.${name}`, value);
  } catch {
    // As above.
  }
}
