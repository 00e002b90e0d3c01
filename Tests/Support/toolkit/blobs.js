'use strict'
const { send } = require('./http.js')

const headers = () => ({
  'x-ms-version': '2025-05-05', 'x-ms-date': new Date().toUTCString(), 'x-ms-client-request-id': `${Math.random()}`,
  Accept: 'application/xml', 'Content-Type': 'application/octet-stream'
})

/// As the storage client takes an address apart: one by number has the account before the container.
function checkAddress(address) {
  const url = new URL(address)
  const names = url.pathname.match(/^\/([^/]+)\/([^/]+)\/(.+)$/)
  if (!/^(\d+\.){3}\d+(:\d+)?$/.test(url.host) || !names) throw new Error(`Unable to take ${url.host}${url.pathname} apart`)
}

async function expect(status, method, address, query, more, body) {
  checkAddress(address)
  const url = new URL(address)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const response = await send(method, url, { ...headers(), ...more }, body)
  if (response.status !== status) throw new Error(`${method} of a blob: ${response.status} ${response.body}`)
  return response
}

/// One request for all of it.
const putBlob = (address, bytes) => expect(201, 'PUT', address, {}, { 'x-ms-blob-type': 'BlockBlob' }, bytes)

/// Blocks beside each other, then their list.
async function putBlocks(address, bytes, size) {
  const ids = []
  const waiting = []
  for (let start = 0, number = 0; start < bytes.length; start += size, number += 1) {
    const id = Buffer.from(`block-${String(number).padStart(42, '0')}`).toString('base64')
    ids.push(id)
    waiting.push(expect(201, 'PUT', address, { comp: 'block', blockid: id }, {}, bytes.subarray(start, start + size)))
  }
  await Promise.all(waiting)
  const list = ids.map(id => `<Latest>${id}</Latest>`).join('')
  const text = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><BlockList>${list}</BlockList>`
  await expect(
    201, 'PUT', address, { comp: 'blocklist' }, { 'x-ms-blob-content-type': 'zip', 'Content-Type': 'application/xml' }, text)
}

/// The length first, then ranges beside each other.
async function getInParts(address, size) {
  const head = await send('HEAD', new URL(address), {})
  const length = parseInt(head.headers['content-length'])
  const parts = []
  for (let start = 0; start < length; start += size) {
    const end = Math.min(start + size, length) - 1
    parts.push(send('GET', new URL(address), { Range: `bytes=${start}-${end}` }))
  }
  const responses = await Promise.all(parts)
  if (responses.some(response => response.status !== 206)) throw new Error('a range was not answered')
  return Buffer.concat(responses.map(response => response.body))
}

module.exports = { putBlob, putBlocks, getInParts }
