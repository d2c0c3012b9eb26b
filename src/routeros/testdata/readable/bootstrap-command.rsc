/tool fetch url="https://cloud.example.net/7N42dgm5tFLK9N8MT7fHC7" dst-path=openstrat.rsc;:delay 2s;/import file-name=openstrat.rsc;/file remove openstrat.rsc
