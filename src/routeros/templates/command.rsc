/tool fetch url="<<url:string>>" dst-path=<<prefix:word>>.rsc; :delay 2s; /import file-name=<<prefix:word>>.rsc; /file remove <<prefix:word>>.rsc
