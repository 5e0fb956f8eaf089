// Where the service is on its host: "" or, behind a proxy, a path such as "/podcasts".

export const root = new URL("..", import.meta.url).pathname.slice(0, -1);
