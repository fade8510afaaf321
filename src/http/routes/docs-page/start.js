/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: "openapi.json",
  domNode: document.getElementById("reference"),
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  // The validator is a service on the Internet; a key is kept in this page only.
  validatorUrl: null,
  persistAuthorization: false,
  // A form's empty fields are sent as well, and a blank prompt is refused.
  requestInterceptor: (request) => {
    if (request.body instanceof FormData) {
      for (const [name, value] of [...request.body]) if (value === "") request.body.delete(name);
    }
    return request;
  },
});
