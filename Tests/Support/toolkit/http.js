'use strict'
const http = require('http')

const agent = new http.Agent({ keepAlive: true })

/// One request: status, headers and the whole body.
function send(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body)
    const all = { ...headers, ...(bytes ? { 'Content-Length': bytes.length } : {}) }
    const request = http.request(url, { method, headers: all, agent }, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => resolve({
        status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(bytes)
  })
}

/// A call of a Twirp service, in JSON with the fields' names of the protocol.
async function call(service, method, message) {
  const url = new URL(`/twirp/github.actions.results.api.v1.${service}/${method}`, process.env.ACTIONS_RESULTS_URL)
  const response = await send(
    'POST', url, {
      Authorization: `Bearer ${process.env.ACTIONS_RUNTIME_TOKEN}`, 'Content-Type': 'application/json', 'User-Agent': 'toolkit'
    }, JSON.stringify(message))
  const answer = JSON.parse(response.body.toString())
  if (response.status < 200 || response.status >= 300) {
    throw new Error(`Failed to ${method}: (${response.status}) ${answer.msg}`)
  }
  return answer
}

module.exports = { send, call }
