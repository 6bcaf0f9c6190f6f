/* JupyterLab's export menu with our formats in it.
 *
 * Lab's own menu calls an exporter by its id, lists what needs LaTeX or a browser of its own, and opens an error page
 * where a notebook cannot be exported. This takes its place (package.json switches that one off, menu.json holds the
 * menu): formats a person can read, and a refusal said in a dialogue. Lab loads it as it stands; nothing is built.
 */
(() => {
  const COMMAND = "notebook:export-to-format";
  const LABELS = {
    en: {
      dti_docx: "Word report (.docx)",
      dti_pdf: "PDF report (.pdf)",
      dti_html: "Web page report (.html)",
      dti_xlsx: "Tables for Excel (.xlsx)",
      dti_csv: "Main table as CSV (.csv)",
      html: "Notebook with its code (.html)",
      script: "The code alone (.py)",
      export: "Save and export",
      failed: "The notebook was not exported",
    },
    vi: {
      dti_docx: "Báo cáo Word (.docx)",
      dti_pdf: "Báo cáo PDF (.pdf)",
      dti_html: "Báo cáo dạng trang web (.html)",
      dti_xlsx: "Các bảng cho Excel (.xlsx)",
      dti_csv: "Bảng chính dạng CSV (.csv)",
      html: "Sổ tay kèm mã lệnh (.html)",
      script: "Riêng mã lệnh (.py)",
      export: "Lưu và xuất",
      failed: "Chưa xuất được sổ tay",
    },
  };
  const FORMATS = Object.keys(LABELS.en).filter((name) => !["export", "failed"].includes(name));

  let shared;
  const library = async (name) => (await Object.values(shared[name])[0].get())();

  const plugin = ({ ICommandPalette, showErrorMessage }, { INotebookTracker }, { ITranslator }, services) => ({
    id: "dti-export:menu",
    description: "Reports as Word, PDF, HTML, Excel and CSV in the export menu.",
    autoStart: true,
    requires: [INotebookTracker, ITranslator],
    optional: [ICommandPalette],
    activate: (app, tracker, translator, palette) => {
      const labels = LABELS[translator.languageCode.startsWith("vi") ? "vi" : "en"];
      const settings = app.serviceManager.serverSettings;

      const exported = async (format, context) => {
        await context.ready;
        if (context.model.dirty && !context.model.readOnly) await context.save();
        const path = PageURL(settings.baseUrl, format, app.serviceManager.contents.localPath(context.path));
        const response = await services.ServerConnection.makeRequest(path, {}, settings);
        if (!response.ok) throw new Error(await refusal(response));
        const given = /filename\*=utf-8''([^;]+)/i.exec(response.headers.get("Content-Disposition") ?? "");
        const name = given ? decodeURIComponent(given[1]) : context.path.split("/").pop();
        save(await response.blob(), name);
      };

      app.commands.addCommand(COMMAND, {
        label: ({ format, isPalette }) => {
          const label = labels[format] ?? format ?? labels.export;
          return isPalette ? `${labels.export}: ${label}` : label;
        },
        isEnabled: () => tracker.currentWidget !== null && tracker.currentWidget === app.shell.currentWidget,
        describedBy: { args: { type: "object", properties: { format: { type: "string" } }, required: ["format"] } },
        execute: ({ format }) =>
          exported(format, tracker.currentWidget.context).catch((error) => showErrorMessage(labels.failed, error)),
      });
      for (const format of palette ? FORMATS : []) {
        palette.addItem({ command: COMMAND, category: "Notebook Operations", args: { format, isPalette: true } });
      }
    },
  });

  const PageURL = (base, format, path) =>
    `${base}nbconvert/${format}/${path.split("/").map(encodeURIComponent).join("/")}?download=true`;

  /* What the server's error page says, without its "nbconvert failed". */
  const refusal = async (response) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const said = page.querySelector(".error .traceback") ?? page.querySelector(".error") ?? page.body;
    return said.textContent.trim().replace(/^nbconvert failed: /, "");
  };

  const save = (content, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB["dti-export"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const names = ["@jupyterlab/apputils", "@jupyterlab/notebook", "@jupyterlab/translation", "@jupyterlab/services"];
      const made = plugin(...(await Promise.all(names.map(library))));
      return () => ({ __esModule: true, default: made });
    },
  };
})();
