// Posts to the server with the token that the page's forms carry.

export function tokenFields(): [string, string][] {
  const { tokenName, tokenValue } = document.body.dataset;
  return tokenName && tokenValue ? [[tokenName, tokenValue]] : [];
}

/** Posts fields as a form would; rejects when there is no network. */
export function post(url: string, fields: [string, string][], signal?: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    body: new URLSearchParams(fields),
    ...(signal ? { signal } : {}),
  });
}

/** The fields of a form that are texts; files are sent by the form alone. */
export function textFields(form: HTMLFormElement): [string, string][] {
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields.push([name, value]);
  }
  return fields;
}
