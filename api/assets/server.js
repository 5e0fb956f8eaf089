// Requests that change something, as the service wants them.

export function headers() {
  const csrf = document.querySelector('meta[name="csrf"]');
  return csrf ? { "X-CSRF-Token": csrf.content } : {};
}

export async function send(method, address, body) {
  const answer = await fetch(address, {
    method,
    headers: { ...headers(), "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(told?.detail ?? answer.statusText);
  return told;
}
