<<if portal>>
:put "<<portal_url:string>>"
<<end>>
<<if referenced>>
:put "Reference: <<reference:string>>"
<<end>>
:log warning "<<prefix:string>>: the server refused to adopt this router"
